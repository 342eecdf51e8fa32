import { isReference } from "./secrets-input.js";

/** A place of a service's input at which a value of Pulumi's configuration is named. */
export interface SecretReferencePlace {
  /** `["secrets", "API_KEY"]`, `["secrets", "API_KEY", "value"]` or `["registryLogin", "password"]`. */
  readonly path: readonly string[];
  /** Name of the value in Pulumi's configuration. */
  readonly config: string;
}

export interface LoadOptions {
  /**
   * Value of Pulumi's configuration of that name, when the caller has it. Without it, the specs (not the inputs) carry
   * `unresolvedSecret(name)` in its place.
   */
  readonly secret?: (config: string) => string | undefined;
}

/** What stands in a spec for a secret whose value is in Pulumi's configuration alone. */
export function unresolvedSecret(config: string): string {
  return `<value of "${config}" in Pulumi's configuration>`;
}

type Fields = Readonly<Record<string, unknown>>;

/** All values of Pulumi's configuration that a service's input names. */
export function secretReferences(serviceInput: unknown): SecretReferencePlace[] {
  const places: SecretReferencePlace[] = [];
  walk(serviceInput, (config, path) => {
    places.push({ path, config });
    return undefined;
  });
  return places;
}

/** The same input with every reference replaced by what `replace` gives for it, such as a Pulumi output. The input stays as it is. */
export function replaceSecretReferences<Input>(serviceInput: Input, replace: (config: string) => unknown): Input {
  return walk(serviceInput, replace) as Input;
}

function walk(serviceInput: unknown, visit: (config: string, path: readonly string[]) => unknown): unknown {
  if (!isFields(serviceInput)) return serviceInput;
  const copy: Record<string, unknown> = { ...serviceInput };
  const { secrets, registryLogin } = serviceInput;
  if (isFields(secrets)) {
    copy["secrets"] = Object.fromEntries(
      Object.entries(secrets).map(([name, secret]) => [name, walkValue(secret, ["secrets", name], visit)]),
    );
  }
  if (isFields(registryLogin) && isReference(registryLogin["password"])) {
    copy["registryLogin"] = {
      ...registryLogin,
      password: visit(registryLogin["password"].config, ["registryLogin", "password"]),
    };
  }
  return copy;
}

function walkValue(
  secret: unknown,
  path: readonly string[],
  visit: (config: string, path: readonly string[]) => unknown,
): unknown {
  if (isReference(secret)) return visit(secret.config, path);
  if (isFields(secret) && isReference(secret["value"]))
    return { ...secret, value: visit(secret["value"].config, [...path, "value"]) };
  return secret;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
