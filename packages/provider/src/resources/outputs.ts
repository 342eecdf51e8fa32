import {
  findSliceDifference,
  type HostFacts,
  type LiveState,
  type ResourceId,
  type ResourceObservation,
  type ResourceTree,
} from "@allmende/host";
import { type PropertyMap, secret, toPropertyMap } from "../wire/values.js";
import { expectedOf } from "./identity.js";
import { memoizeByIdentity } from "./memo.js";

/** Stands for "unlimited" where a number of bytes belongs. */
const unlimited = -1;

/**
 * The part of a live state that only changes when somebody changes it: no counters, no times, no current use. The limit
 * of a member's slice follows from their services, so it is no property of theirs: it is named only where it differs.
 */
export function stableLive(id: ResourceId, observed: LiveState): PropertyMap {
  const { active, ...live } = observed;
  const isService = id.startsWith("service/");
  const slice = findSliceDifference(observed);
  return toPropertyMap({
    active,
    memoryMaxBytes: isService ? finite(live.memoryMaxBytes) : undefined,
    containerMemoryMaxBytes: isService ? finite(live.containerMemoryMaxBytes) : undefined,
    slice: slice && `MemoryMax is ${slice.real}, the services add up to ${slice.declared}`,
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
  return { ...declaredInputs(inputs), ...expectedOutputs(tree) };
}

/** The same at check and at preview, which come one after the other. */
const expectedOutputs = memoizeByIdentity((tree: ResourceTree) => renderObserved(tree, expectedOf(tree)));

/** Outputs of a resource: its inputs, and what is (or, at preview, will be) on the host. */
export function renderOutputs(
  inputs: PropertyMap,
  tree: ResourceTree | undefined,
  observation: ResourceObservation,
  facts?: HostFacts,
): PropertyMap {
  return {
    ...declaredInputs(inputs),
    ...renderObserved(tree, observation),
    ...(facts === undefined ? {} : { facts: renderFacts(facts) }),
  };
}

function renderObserved(tree: ResourceTree | undefined, { id, digests, live }: ResourceObservation): PropertyMap {
  const open = openPaths(tree);
  const guarded = Object.entries(digests).map(([path, digest]) => [path, open.has(path) ? digest : secret(digest)]);
  return { digests: Object.fromEntries(guarded) as PropertyMap, live: stableLive(id, live) };
}

/**
 * Paths whose digests may be seen. Whoever knows the digest of a short secret can find the secret by trying; the
 * manifest holds such digests, too. What is not known to be open is closed.
 */
function openPaths(tree: ResourceTree | undefined): ReadonlySet<string> {
  const { files = [], directories = [] } = tree ?? {};
  const open = new Set([...files.filter((file) => !file.secret), ...directories].map(({ path }) => path));
  const manifest = files.at(-1)?.path;
  if (manifest !== undefined && files.some((file) => file.secret)) open.delete(manifest);
  return open;
}

function renderFacts(facts: HostFacts): PropertyMap {
  const { hostname, debian, kernel, podman, memTotalBytes } = facts;
  return toPropertyMap({ hostname, debian, kernel, podman, memTotalBytes });
}
