import type { TestStack } from "../lab/support/test-stack.js";
import { type Breakage, checkReport, nothingBroken } from "./drift-proof.js";
import { limitOf, type PeerWork } from "./peer-work.js";
import { type Peer, type PeerRun, runPeer } from "./peers.js";

/** Where peers run from. */
export interface Setting {
  readonly bin: string;
  readonly directory: string;
  readonly say: (line: string) => void;
}

/** A part of the work: that of the first `services` services. */
export type Part = (services: number) => PeerWork;

interface DriftDocument {
  readonly hosts?: readonly { readonly findings: readonly { readonly what: string; readonly path?: string }[] }[];
}

/** Throws when `allmende drift` does not name exactly what was broken: then there is nothing to compare. */
export async function proveOurs(stack: TestStack, breakage: Breakage): Promise<void> {
  const { stdout } = await stack.start("drift");
  const { hosts = [] }: DriftDocument = JSON.parse(stdout);
  const findings = hosts.flatMap((host) => host.findings);
  // A file that is newer than what systemd has loaded is named once more: what no contestant is asked for.
  const reported = findings
    .filter(({ what }) => what !== "loaded")
    .map(({ what, path = "" }) => (what === "limit" ? limitOf(path) : path));
  const failure = checkReport(reported, breakage);
  if (failure !== undefined) throw new Error(`allmende drift ${failure}`);
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
 * A no-op of a peer's share of the work, scaled to all of it: what the peer takes without any work is not scaled. A text when
 * it failed, or reported something.
 */
export async function timePeer(
  peer: Peer,
  { bin, directory, say }: Setting,
  part: Part,
): Promise<{ seconds: number; note: string } | string> {
  const all = part(Number.POSITIVE_INFINITY).units.length;
  const given = Math.round(all * peer.share);
  const start = await runPeer(peer, bin, directory, part(0));
  say(`${peer.name}: ${start.seconds.toFixed(1)} s for nothing; now ${given} of ${all} services`);
  const run = await runPeer(peer, bin, directory, part(given));
  say(`${peer.name}: ${run.seconds.toFixed(1)} s`);
  const failure = run.exitCode === 0 ? checkReport(run.drifted, nothingBroken) : `failed (exit code ${run.exitCode})`;
  if (failure !== undefined) return explain(failure, run);
  const scaled = (run.seconds - start.seconds) * (all / given);
  const note = `measured ${run.seconds.toFixed(1)} s for ${given} services and ${start.seconds.toFixed(1)} s for none`;
  return { seconds: start.seconds + scaled, note: given === all ? note : `${note}, scaled to ${all}` };
}

function explain(failure: string, { output }: PeerRun): string {
  return `${failure}; its output ends: ${output.slice(-1000)}`;
}
