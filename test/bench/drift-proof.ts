import type { Lab } from "@allmende/lab";
import { limitOf, type PeerWork } from "./peer-work.js";

/** How many services are broken for a proof: each in one way. */
export const proofServices = 5;

/** What was broken by hand, in the words of the contestants' reports. */
export interface Breakage {
  /** Every contestant must name these. */
  readonly broken: readonly string[];
  /** What follows from them may be named as well: a unit that is stopped has no live limit. */
  readonly consequences: readonly string[];
}

/** Changes a file's content, another's mode, another's owner, stops a unit and changes a live limit, as a person would. */
export async function breakByHand(lab: Lab, { host, files, units }: PeerWork): Promise<Breakage> {
  const [content, mode, owner] = files;
  const [stopped, limited] = units.slice(3);
  if (!content || !mode || !owner || !stopped || !limited) throw new RangeError(`needs ${proofServices} services`);
  const run = async (...argv: readonly string[]) => {
    const result = await lab.run(host.name, argv);
    if (result.exitCode !== 0) throw new Error(`${argv.join(" ")}: ${result.stderr}`);
  };
  await run("sh", "-c", 'echo "# by hand" >>"$1"', "sh", content.path);
  await run("chmod", "0600", mode.path);
  await run("chown", "daemon", owner.path);
  await run("systemctl", "--user", "-M", `${stopped.member}@`, "stop", stopped.unit);
  await run("sh", "-c", 'echo "$1" >"$2"', "sh", String(Number(limited.limit) * 2), limited.cgroup);
  return {
    broken: [content.path, mode.path, owner.path, stopped.unit, limitOf(limited.unit)],
    consequences: [limitOf(stopped.unit)],
  };
}

/** Why a report is no proof that its contestant checks everything; undefined when it is one. */
export function checkReport(reported: readonly string[], { broken, consequences }: Breakage): string | undefined {
  const missed = broken.filter((each) => !reported.includes(each));
  const invented = reported.filter((each) => !broken.includes(each) && !consequences.includes(each));
  if (missed.length > 0) return `did not see: ${missed.join(", ")}`;
  if (invented.length > 0) return `reported what is as declared: ${invented.join(", ")}`;
  return undefined;
}

/** Nothing is broken. */
export const nothingBroken: Breakage = { broken: [], consequences: [] };
