import type { HostFacts, LiveState, ResourceId, ResourceObservation, ResourceTree } from "@allmende/host";
import { type PropertyMap, type PropertyValue, secret, toPropertyMap } from "../wire/values.js";
import { expectedOf } from "./identity.js";

/** Stands for "unlimited" where a number of bytes belongs. */
const unlimited = -1;

/**
 * The part of a live state that only changes when somebody changes it: no counters, no times, no current use. The slice
 * of a member is no property of theirs: it follows from their services.
 */
export function stableLive(id: ResourceId, { active, ...live }: LiveState): PropertyMap {
  const isService = id.startsWith("service/");
  return toPropertyMap({
    active,
    memoryMaxBytes: isService ? finite(live.memoryMaxBytes) : undefined,
    containerMemoryMaxBytes: isService ? finite(live.containerMemoryMaxBytes) : undefined,
    stale: live.stale === true ? true : undefined,
    dropIns: live.dropIns?.length ? live.dropIns : undefined,
  });
}

function finite(bytes: number | undefined): number | undefined {
  return bytes === undefined || Number.isFinite(bytes) ? bytes : unlimited;
}

/** What a program declares: the inputs without the digests and limits that `addExpected` noted beside them. */
export function declaredInputs(inputs: PropertyMap): PropertyMap {
  const { digests: _digests, live: _live, facts: _facts, ...declared } = inputs;
  return declared;
}

/**
 * Checked inputs carry what a healthy host would show. Pulumi displays a difference as "state's output => new input":
 * only so can it show drift file by file, with the real digest and the declared one.
 */
export function addExpected(inputs: PropertyMap, tree: ResourceTree): PropertyMap {
  return renderOutputs(inputs, tree, expectedOf(tree));
}

/** Outputs of a resource: its inputs, and what is (or, at preview, will be) on the host. */
export function renderOutputs(
  inputs: PropertyMap,
  tree: ResourceTree | undefined,
  observation: ResourceObservation,
  facts?: HostFacts,
): PropertyMap {
  const digests = Object.entries(observation.digests).map(([path, digest]) => [path, guardDigest(tree, path, digest)]);
  return {
    ...declaredInputs(inputs),
    digests: Object.fromEntries(digests) as PropertyMap,
    live: stableLive(observation.id, observation.live),
    ...(facts === undefined ? {} : { facts: renderFacts(facts) }),
  };
}

/** Whoever knows the digest of a short secret can find the secret by trying. The manifest holds such digests, too. */
function guardDigest(tree: ResourceTree | undefined, path: string, digest: string): PropertyValue {
  const entry = [...(tree?.files ?? []), ...(tree?.directories ?? [])].find((each) => each.path === path);
  const isSecretFile = entry === undefined || ("secret" in entry && entry.secret);
  const isOpen = !isSecretFile && !(isManifest(tree, path) && hasSecrets(tree));
  return isOpen ? digest : secret(digest);
}

const isManifest = (tree: ResourceTree | undefined, path: string) => tree?.files.at(-1)?.path === path;
const hasSecrets = (tree: ResourceTree | undefined) => tree?.files.some((file) => file.secret) === true;

function renderFacts(facts: HostFacts): PropertyMap {
  const { hostname, debian, kernel, podman, memTotalBytes } = facts;
  return toPropertyMap({ hostname, debian, kernel, podman, memTotalBytes });
}
