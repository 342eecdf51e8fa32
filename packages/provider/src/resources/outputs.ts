import type { HostFacts, ResourceObservation, ResourceTree } from "../host.js";
import { type PropertyMap, type PropertyValue, secret, toPropertyMap } from "../wire/values.js";

/** The part of a live state that only changes when somebody changes it: no counters, no times, no current use. */
export function stableLive(live: ResourceObservation["live"]): PropertyMap {
  const { active, memoryMaxBytes, containerMemoryMaxBytes } = live;
  return toPropertyMap({ active, memoryMaxBytes, containerMemoryMaxBytes });
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
    ...inputs,
    digests: Object.fromEntries(digests) as PropertyMap,
    live: stableLive(observation.live),
    ...(facts === undefined ? {} : { facts: renderFacts(facts) }),
  };
}

/** Whoever knows the digest of a short secret can find the secret by trying. The manifest holds such digests, too. */
function guardDigest(tree: ResourceTree | undefined, path: string, digest: string): PropertyValue {
  const file = tree?.files.find((each) => each.path === path);
  const isOpen = file !== undefined && !file.secret && !(isManifest(tree, path) && hasSecrets(tree));
  return isOpen ? digest : secret(digest);
}

const isManifest = (tree: ResourceTree | undefined, path: string) => tree?.files.at(-1)?.path === path;
const hasSecrets = (tree: ResourceTree | undefined) => tree?.files.some((file) => file.secret) === true;

function renderFacts(facts: HostFacts): PropertyMap {
  const { hostname, debian, kernel, podman, memTotalBytes } = facts;
  return toPropertyMap({ hostname, debian, kernel, podman, memTotalBytes });
}
