import type { Lab } from "@allmende/lab";
import { containerLimitOf, limitOf, loadedOf, type PeerWork } from "./peer-work.js";

/** What was broken by hand, in the words of the contestants' reports. */
export interface Breakage {
  /** Every contestant must name these. */
  readonly broken: readonly string[];
  /** What follows from them may be named as well: a unit that is stopped has no live limits. */
  readonly consequences: readonly string[];
}

/**
 * Changes a file's content, another's mode, another's owner, what limits a member, a member's subordinate ids, stops a unit and changes two live
 * limits, as a person would. `work`: one member with five services.
 */
export async function breakByHand(lab: Lab, { host, files, units, lines, limits }: PeerWork): Promise<Breakage> {
  const [content, mode, owner] = files.filter(({ path }) => path.startsWith("/etc/containers/"));
  const slice = files.find(({ path }) => path === `/etc/systemd/system/user-${units[0]?.uid}.slice.d/50-allmende.conf`);
  const [ids] = lines;
  const [changed, , , stopped, limited] = units;
  const limit = limits.find(({ label }) => label === limitOf(limited?.unit ?? ""));
  const containerLimit = limits.find(({ label }) => label === containerLimitOf(changed?.unit ?? ""));
  if (!content || !mode || !owner || !slice || !ids || !changed || !stopped || !limit || !containerLimit)
    throw new RangeError("needs a member with five services");
  const run = async (...argv: readonly string[]) => {
    const result = await lab.run(host.name, argv);
    if (result.exitCode !== 0) throw new Error(`${argv.join(" ")}: ${result.stderr}`);
  };
  await run("sh", "-c", 'echo "# by hand" >>"$1"', "sh", content.path);
  await run("chmod", "0600", mode.path);
  await run("chown", "daemon", owner.path);
  await run("sh", "-c", 'echo "# by hand" >>"$1"', "sh", slice.path);
  await run("sed", "-i", `/^${ids.line}$/d`, ids.path);
  await run("systemctl", "--user", "-M", `${stopped.member}@`, "stop", stopped.unit);
  for (const each of [limit, containerLimit])
    await run(
      "sh",
      "-c",
      'for path in $2; do echo "$1" >"$path"; done',
      "sh",
      String(Number(each.limit) * 2),
      each.path,
    );
  return {
    broken: [
      ...[content, mode, owner, slice].map(({ path }) => path),
      ids.label,
      stopped.unit,
      limit.label,
      containerLimit.label,
      // Systemd has not read the file as it is now.
      loadedOf(changed.unit),
    ],
    consequences: [limitOf(stopped.unit), containerLimitOf(stopped.unit)],
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
