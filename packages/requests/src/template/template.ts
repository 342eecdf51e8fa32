import type { InventoryServiceInput, Language } from "@allmende/model";

/** A text that members read. */
export type Texts = Readonly<Record<Language, string>>;

export const fieldTypes = [
  "domain",
  "port",
  "size",
  "choice",
  "secret",
  "email",
  "gitUrl",
  "image",
  "text",
  "integer",
  "boolean",
] as const;
export type FieldType = (typeof fieldTypes)[number];

/**
 * What a field holds once it is parsed: a port and an integer are numbers, a size is text such as `512MiB`, a boolean is a truth value, a
 * secret is `true` where there is one (its value is never in a request), everything else is text.
 */
export type FieldValue = string | number | boolean;

/** One answer of a choice. */
export interface Choice {
  readonly value: string;
  readonly label: Texts;
}

interface FieldBase {
  readonly name: string;
  readonly label: Texts;
  readonly help: Texts;
  /** False: may stay empty, and what it would fill is left out. A field with a default is never empty. */
  readonly required: boolean;
  /** Already parsed. */
  readonly default?: FieldValue | undefined;
  /** Most members keep the default: asked only on request. */
  readonly advanced: boolean;
}

/** A field that a member fills in, with the limits of its type. */
export type TemplateField = FieldBase &
  (
    | { readonly type: "domain" }
    | { readonly type: "secret" }
    | { readonly type: "email" }
    | { readonly type: "boolean" }
    | { readonly type: "gitUrl" /** Host names; undefined: any. */; readonly hosts?: readonly string[] | undefined }
    | { readonly type: "port"; readonly minimum: number; readonly maximum: number }
    | { readonly type: "integer"; readonly minimum: number; readonly maximum: number }
    | { readonly type: "size"; readonly minimumBytes: number; readonly maximumBytes: number | undefined }
    | { readonly type: "choice"; readonly options: readonly Choice[] }
    | { readonly type: "image" /** `docker.io`, or narrower `ghcr.io/coop`. */; readonly registries: readonly string[] }
    | { readonly type: "text" /** In characters. */; readonly minimumLength: number; readonly maximumLength: number }
  );

/** The value of a field, at a place of a service. */
export interface FieldReference {
  readonly field: string;
}

/** The name of a service of the same template, at a place of another one. */
export interface ServiceReference {
  readonly service: string;
}

/** A secret of a template's service. */
export type TemplateSecret = {
  readonly as?: "file" | "environment" | undefined;
} & (
  | FieldReference
  | {
      /** The same name is the same value. */
      readonly generate: string;
      readonly bytes: number;
      /** What it is for, for the member, who is told it; undefined: it is internal. */
      readonly tell?: Texts | undefined;
    }
);

export interface TemplatePort {
  readonly host: number | FieldReference;
  readonly container: number | FieldReference;
  readonly protocol?: "tcp" | "udp" | undefined;
}

type ServiceFields = Omit<InventoryServiceInput, "name">;

/** A service that a template makes: as in the inventory, with references at some places. */
export interface TemplateService
  extends Pick<ServiceFields, "user" | "volumes" | "tmpfs" | "health" | "capabilities" | "pidsLimit"> {
  readonly image: string | FieldReference;
  readonly ram: string | FieldReference;
  readonly command?: readonly (string | FieldReference)[] | undefined;
  readonly ports?: Readonly<Record<string, TemplatePort>> | undefined;
  readonly environment?:
    | Readonly<Record<string, string | number | boolean | FieldReference | ServiceReference>>
    | undefined;
  readonly secrets?: Readonly<Record<string, TemplateSecret>> | undefined;
  readonly writableRoot?: boolean | FieldReference | undefined;
  /** `member`: on the network that the member's services share, instead of one of the template's own. */
  readonly network?: "member" | undefined;
  /** Services of the template that are to be healthy before this one starts. */
  readonly after?: readonly string[] | undefined;
}

/** A template of the catalogue. */
export interface Template {
  /** Name of its folder. */
  readonly name: string;
  readonly title: Texts;
  readonly help: Texts;
  /** How its member reaches it, with `{host}`, `{service}` and names of fields in braces; undefined: the template does not say. */
  readonly reach?: Texts | undefined;
  /** In the order in which they are asked. */
  readonly fields: readonly TemplateField[];
  /** Of all its services together, without overhead: with the least that each field allows, and with the defaults. */
  readonly ram: { readonly minimumBytes: number; readonly recommendedBytes: number };
  /** Between request and start. Undefined, as in the catalogue that comes along: the cooperative's configuration must say. */
  readonly leadTimeSeconds?: number | undefined;
  /** By the word that is added to the name: `main` gets the name itself, `database` becomes NAME-database. */
  readonly services: Readonly<Record<string, TemplateService>>;
}

/** A service as `services/NAME.yaml` holds it. */
export type PlannedService = ServiceFields;

/** What a filled-in template makes. */
export interface TemplatePlan {
  /** By name: the content of `services/NAME.yaml`, so that writing it is one YAML stringify. */
  readonly services: Readonly<Record<string, PlannedService>>;
  /** Each is to be made once, of so many random bytes, and kept under `name` in Pulumi's configuration. */
  readonly generatedSecrets: readonly {
    readonly service: string;
    readonly name: string;
    readonly lengthBytes: number;
    /** What it is for: the member is told it. Undefined: it is internal. */
    readonly tell: Texts | undefined;
  }[];
  /** Each is the member's: somebody has to put its value under `name` into Pulumi's configuration. */
  readonly givenSecrets: readonly { readonly service: string; readonly name: string; readonly field: string }[];
  /** Sum of the allocations, without overhead. */
  readonly ramBytes: number;
}

/** Whose services they become, and where. */
export interface Placement {
  readonly member: string;
  readonly host: string;
  /** Name of the main service; the others' names begin with it. */
  readonly name: string;
  /** Of messages; English when absent. */
  readonly language?: Language | undefined;
}
