import type { TestStack } from "../lab/support/test-stack.js";
import { type Breakage, checkReport, nothingBroken } from "./drift-proof.js";
import { containerLimitOf, limitOf, lineOf, loadedOf, type PeerWork } from "./peer-work.js";
import { type Peer, type PeerRun, runPeer } from "./peers.js";

/** Where peers run from. */
export interface Setting {
  readonly bin: string;
  readonly directory: string;
  readonly say: (line: string) => void;
}

/** A part of the work: that of the host itself, and of the first `members` members with their services. */
export type Part = (members: number) => PeerWork;

interface DriftFinding {
  readonly resource: string;
  readonly what: string;
  readonly path?: string;
  readonly message: string;
}

interface DriftDocument {
  readonly hosts?: readonly { readonly findings: readonly DriftFinding[] }[];
}

/** Throws when `allmende drift` does not name exactly what was broken: then there is nothing to compare. */
export async function proveOurs(stack: TestStack, breakage: Breakage): Promise<void> {
  const { stdout } = await stack.start("drift");
  const { hosts = [] }: DriftDocument = JSON.parse(stdout);
  const failure = checkReport(hosts.flatMap((host) => host.findings).map(nameFinding), breakage);
  if (failure !== undefined) throw new Error(`allmende drift ${failure}`);
}

function nameFinding({ resource, what, path = "", message }: DriftFinding): string {
  if (what === "loaded") return loadedOf(path);
  if (what === "limit") return message.includes("of the container") ? containerLimitOf(path) : limitOf(path);
  return path.startsWith("/etc/sub") ? lineOf(path, resource.split("/")[1] ?? "") : path;
}

/** Why a peer does not see exactly what was broken; undefined when it does. */
export async function provePeer(
  peer: Peer,
  { bin, directory }: Setting,
  work: PeerWork,
  breakage: Breakage,
): Promise<string | undefined> {
  const run = await runPeer(peer, bin, directory, work);
  const failure = checkReport(run.drifted, breakage);
  return failure === undefined ? undefined : explain(failure, run);
}

/**
 * A no-op of a peer's share of the work, `given` of `all` members, scaled to all of them: what the peer takes for the host alone is not
 * scaled. A text when it failed, or reported something.
 */
export async function timePeer(
  peer: Peer,
  { bin, directory, say }: Setting,
  part: Part,
  all: number,
): Promise<{ seconds: number; note: string } | string> {
  const given = Math.round(all * peer.share);
  const start = await runPeer(peer, bin, directory, part(0));
  say(`${peer.name}: ${start.seconds.toFixed(1)} s for the host alone; now ${given} of ${all} members`);
  const run = await runPeer(peer, bin, directory, part(given));
  say(`${peer.name}: ${run.seconds.toFixed(1)} s`);
  const failure = run.exitCode === 0 ? checkReport(run.drifted, nothingBroken) : `failed (exit code ${run.exitCode})`;
  if (failure !== undefined) return explain(failure, run);
  const scaled = (run.seconds - start.seconds) * (all / given);
  const note = `measured ${run.seconds.toFixed(1)} s for ${given} members and ${start.seconds.toFixed(1)} s for the host alone`;
  return { seconds: start.seconds + scaled, note: given === all ? note : `${note}, scaled to ${all}` };
}

function explain(failure: string, { output }: PeerRun): string {
  return `${failure}; its output ends: ${output.slice(-1000)}`;
}
