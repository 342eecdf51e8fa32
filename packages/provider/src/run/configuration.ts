import { type Finding, parseDuration } from "@allmende/model";
import { configuration } from "../schema/resource-types.js";
import { type PropertyMap, type PropertyValue, revealMap, unknownValue } from "../wire/values.js";

/** How hosts are reached, as configured. `privateKey` and `passphrase` are secrets. */
export interface ProviderConfiguration {
  readonly agent?: string | undefined;
  readonly privateKeyFile?: string | undefined;
  readonly privateKey?: string | undefined;
  readonly passphrase?: string | undefined;
  readonly knownHostsFile?: string | undefined;
  readonly connectDeadlineMs: number;
}

/** Set by Pulumi's SDKs themselves beside a provider's own configuration. */
const foreign = new Set(["version", "pluginDownloadURL", "__internal", "__defaults"]);

/** Everything wrong with a configuration; what is not known yet is not judged. */
export function checkConfiguration(inputs: PropertyMap): Finding[] {
  const findings: Finding[] = [];
  for (const [property, value] of Object.entries(revealMap(inputs))) {
    if (foreign.has(property) || value === unknownValue) continue;
    if (!Object.hasOwn(configuration, property)) {
      const known = Object.keys(configuration).join(", ");
      findings.push({ path: [], message: `"${property}" is unknown: ${known} can be configured` });
    } else if (typeof value !== "string") {
      findings.push({ path: [property], message: "must be text" });
    } else if (property === "connectDeadline") {
      findings.push(...checkDuration(property, value));
    }
  }
  if (inputs["privateKey"] !== undefined && inputs["privateKeyFile"] !== undefined) {
    findings.push({ path: ["privateKey"], message: "stands beside privateKeyFile: give one of the two" });
  }
  return findings;
}

function checkDuration(property: string, text: string): Finding[] {
  try {
    parseDuration(text);
    return [];
  } catch (error) {
    return [{ path: [property], message: (error as Error).message }];
  }
}

/** A checked configuration, with defaults. */
export function parseConfiguration(inputs: PropertyMap): ProviderConfiguration {
  const plain = revealMap(inputs);
  const text = (value: PropertyValue | undefined) => (typeof value === "string" && value !== "" ? value : undefined);
  return {
    agent: plain["agent"] === undefined ? process.env["SSH_AUTH_SOCK"] : text(plain["agent"]),
    privateKeyFile: text(plain["privateKeyFile"]),
    privateKey: text(plain["privateKey"]),
    passphrase: text(plain["passphrase"]),
    knownHostsFile: text(plain["knownHostsFile"]),
    connectDeadlineMs: parseDuration(text(plain["connectDeadline"]) ?? "60s") * 1000,
  };
}

/** Configuration that arrived as `allmende:config:NAME` texts, from engines that send no arguments. */
export function variablesToMap(variables: Iterable<readonly [string, string]>): PropertyMap {
  return Object.fromEntries([...variables].map(([name, value]) => [name.split(":").at(-1) ?? name, value]));
}
