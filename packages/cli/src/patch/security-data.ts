import { join } from "node:path";
import {
  type DatedAdvisories,
  type DatedVulnerabilities,
  loadAdvisories,
  loadVulnerabilities,
} from "@allmende/patching";
import type { Context } from "../context.js";
import { cacheDirectory, expandHome } from "../paths.js";

/** Debian 13: what the hosts run. */
const release = "trixie";

/** Debian's security data where it is given; throws UserError when it cannot be had or used. */
export async function readVulnerabilities(
  context: Context,
  origin: string | undefined,
): Promise<DatedVulnerabilities | undefined> {
  return origin === undefined ? undefined : await loadVulnerabilities(expandHome(origin), release, optionsOf(context));
}

/** The list of advisories where it is given; throws as `readVulnerabilities`. */
export async function readAdvisories(
  context: Context,
  origin: string | undefined,
): Promise<DatedAdvisories | undefined> {
  return origin === undefined ? undefined : await loadAdvisories(expandHome(origin), release, optionsOf(context));
}

function optionsOf({ signal }: Context) {
  return { cacheDirectory: join(cacheDirectory(), "vulnerabilities"), signal };
}
