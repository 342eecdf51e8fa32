import { join } from "node:path";
import {
  type DatedAdvisories,
  type DatedVulnerabilities,
  loadAdvisories,
  loadVulnerabilities,
} from "@allmende/patching";
import type { Context } from "../context.js";
import { cacheDirectory, expandHome } from "../paths.js";

/** The release that most hosts have, `trixie`; undefined: none said. */
export function commonRelease(releases: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const each of releases) if (each !== "") counts.set(each, (counts.get(each) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0];
}

/** Debian's security data of a release where it is given; throws UserError when it cannot be had or used. */
export async function readVulnerabilities(
  context: Context,
  origin: string | undefined,
  release: string,
): Promise<DatedVulnerabilities | undefined> {
  return origin === undefined ? undefined : await loadVulnerabilities(expandHome(origin), release, optionsOf(context));
}

/** The list of advisories where it is given; throws as `readVulnerabilities`. */
export async function readAdvisories(
  context: Context,
  origin: string | undefined,
  release: string,
): Promise<DatedAdvisories | undefined> {
  return origin === undefined ? undefined : await loadAdvisories(expandHome(origin), release, optionsOf(context));
}

function optionsOf({ signal }: Context) {
  return { cacheDirectory: join(cacheDirectory(), "vulnerabilities"), signal };
}
