import { type Finding, secretReferences } from "@allmende/model";
import type { Config } from "@pulumi/pulumi";

/** Every `{ config: NAME }` in the services' files that Pulumi's configuration has no value for. */
export function checkSecrets(
  services: readonly object[],
  files: ReadonlyMap<string, string>,
  config: Config,
): Finding[] {
  return services.flatMap((service) => {
    const { name } = service as { readonly name: string };
    const file = [`services/${name}.yaml`, `services/${name}.yml`].find((each) => files.has(each));
    return secretReferences(service).flatMap(({ path, config: key }) => {
      if (config.get(key) !== undefined) return [];
      const message = `there is no "${key}" in the configuration: pulumi config set --secret ${key}`;
      return [{ path, message, file, ...placeOf(files.get(file ?? "") ?? "", key) }];
    });
  });
}

/** Line and column of the name of a configuration value; nothing when it is written in an unusual way. */
function placeOf(text: string, key: string): { line: number; column: number } | undefined {
  const escaped = key.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const match = new RegExp(`config:\\s*["']?(?=${escaped}\\b)`).exec(text);
  if (match === null) return undefined;
  const before = text.slice(0, match.index + match[0].length).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
