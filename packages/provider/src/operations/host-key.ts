import { UserError } from "@allmende/model";
import type { DetailedDifference, ResourceDiff } from "../resources/diff.js";
import { diffValues } from "../resources/property-diff.js";
import { isMap, type PropertyMap, renderPath, revealMap, secret, unknownValue } from "../wire/values.js";

/**
 * What is wrong with the declaration of a host's key. What its server is bound to may not change under `protect`: the server
 * would be replaced, and what members have on it would be gone.
 */
export function checkHostKey(oldInputs: PropertyMap, newInputs: PropertyMap): { property: string; reason: string }[] {
  const [{ binding: before }, { name, binding, protect, problem }] = [revealMap(oldInputs), revealMap(newInputs)];
  if (name !== unknownValue && (typeof name !== "string" || !/^[\x20-\x7e]{1,100}$/.test(name)))
    return [{ property: "name", reason: "must be the name of the host" }];
  if (typeof problem === "string" && problem !== "" && problem !== unknownValue)
    return [{ property: "problem", reason: `${String(name)}: ${problem}` }];
  if (protect === false || !isMap(before) || !isMap(binding)) return [];
  return Object.entries(binding).flatMap(([key, value]) => {
    const old = before[key];
    if (old === undefined || old === value || value === unknownValue) return [];
    const reason =
      `${String(name)} is on a server with ${key} ${String(old)}; ${key} ${String(value)} would replace that server, and all that members have on it would be lost. ` +
      `Move them instead: declare a second host with ${key} ${String(value)}, run \`up\`, give it as the host of each service, run \`up\` again, copy the data of their volumes, ` +
      `and remove ${String(name)} when nothing is left on it. If nothing on it is of worth: protect: false`;
    return [{ property: `binding.${key}`, reason }];
  });
}

/** Nothing but the inputs can differ, and no difference makes another key. */
export function diffHostKey(oldInputs: PropertyMap, newInputs: PropertyMap): ResourceDiff {
  const differences = diffValues(revealMap(oldInputs), revealMap(newInputs));
  const details = differences.map(({ path, kind }): [string, DetailedDifference] => [
    renderPath(path),
    { kind, isReplacement: false, isInput: true },
  ]);
  return { details: new Map(details), isLiveOnly: false };
}

export interface CreatedHostKey {
  /** The public key's fingerprint. */
  readonly id: string;
  readonly outputs: PropertyMap;
}

/** Makes a key pair; its private part is a secret. */
export async function createHostKey(inputs: PropertyMap): Promise<CreatedHostKey> {
  const { fingerprintOf, generateHostKey } = await import("@allmende/ssh");
  const { privateKey, publicKey } = generateHostKey(String(revealMap(inputs)["name"]));
  return { id: fingerprintOf(publicKey), outputs: { ...inputs, publicKey, privateKey: secret(privateKey) } };
}

/** What `createHostKey` will return, as far as that is known. */
export function previewHostKey(inputs: PropertyMap): CreatedHostKey {
  return { id: "", outputs: { ...inputs, publicKey: unknownValue, privateKey: secret(unknownValue) } };
}

export function refuseHostKeyImport(id: string): UserError {
  return new UserError("A host's key pair cannot be read from anywhere: it lies in the state alone.", {
    code: "host-key-import",
    concerns: id,
    nextStep: "Declare a new HostKey for a new server, or pin an existing host's key with DebianHost.",
  });
}
