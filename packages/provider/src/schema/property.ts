/** What a change of a property means for the resource. */
export type ChangeEffect =
  /** Deleted first, then created anew: the property is part of the resource's identity. */
  | "replace"
  /** Files change, and the units that read them are restarted. */
  | "restart"
  /** Changed in the running container. */
  | "live"
  /** Nothing to do on the host. */
  | "record";

/** A property's type, as Pulumi's schema knows them. */
export type PropertyType =
  | "string"
  | "integer"
  | "number"
  | "boolean"
  | { readonly list: PropertyType }
  | { readonly map: PropertyType }
  | { readonly oneOf: readonly PropertyType[] }
  | { readonly object: string };

/** One property of a resource, of the provider or of an object type: schema, reference and diff all follow from this row. */
export interface Property {
  readonly type: PropertyType;
  /** Markdown, full sentences. */
  readonly description: string;
  /** Of an input: must be given (default: no). Of an output: is always there (default: yes). */
  readonly required?: boolean;
  /** Encrypted in the state and hidden in output, whether the program says so or not. */
  readonly secret?: boolean;
  /** What a change means; `restart` when not given. Meaningless for outputs. */
  readonly effect?: ChangeEffect;
}

export type Properties = Readonly<Record<string, Property>>;

export interface ObjectType {
  readonly description: string;
  readonly properties: Properties;
}

export interface ResourceType extends ObjectType {
  /** Type token: `allmende:index:Service`. */
  readonly token: string;
  /** What is known in addition to the inputs once it exists. */
  readonly outputs: Properties;
  /** How `pulumi import` and the state call one: shown in the reference. */
  readonly idExample: string;
  /** Missing: it cannot be imported. */
  readonly importExample?: string;
}

export const listOf = (list: PropertyType): PropertyType => ({ list });
export const mapOf = (map: PropertyType): PropertyType => ({ map });
export const oneOf = (...types: readonly PropertyType[]): PropertyType => ({ oneOf: types });
export const object = (name: string): PropertyType => ({ object: name });
