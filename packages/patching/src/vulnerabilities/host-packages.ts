import { HostError } from "@allmende/model";
import { parsePending } from "../inspect-pending.js";
import type { PatchConnection } from "../patch-connection.js";
import type { PendingPackage } from "../run-policy.js";
import { fieldsByKind } from "../script-output.js";
import { loadInventoryScript } from "../scripts.js";
import type { PackageVersion } from "./vulnerability.js";

/** The packages of a host. */
export interface HostPackages {
  /** Codename of its Debian: `trixie`. */
  readonly release: string;
  /** When apt last asked its repositories, ISO 8601; undefined: it never did. */
  readonly listsFrom: string | undefined;
  readonly installed: readonly PackageVersion[];
  /** What waits for an upgrade, by the host's own lists. */
  readonly pending: readonly PendingPackage[];
  /** Held by an administrator. */
  readonly holds: readonly string[];
  /** Not upgraded by apt: something else would have to go for it, or they are held. */
  readonly keptBack: readonly string[];
  /** apt could not say what waits: then nothing is known of that. */
  readonly aptFails?: boolean | undefined;
}

/** Lists the packages of a host in one exchange; it is only read. Throws ConnectError, HostError `packages-unreadable`. */
export async function readHostPackages(
  ssh: Pick<PatchConnection, "execAsRoot">,
  host: string,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<HostPackages> {
  const { command, stdin } = loadInventoryScript();
  const result = await ssh.execAsRoot(command, { stdin, timeoutMs: 5 * 60_000, signal: options.signal });
  const lines = Buffer.from(result.stdout).toString("utf8").split("\n");
  if (lines.includes("end")) return parseHostPackages(lines);
  throw new HostError(`${host}: its packages cannot be listed.`, {
    code: "packages-unreadable",
    concerns: host,
    logTail: result.stderr,
  });
}

/** Lines of inventory.sh; what makes no sense is passed over. */
export function parseHostPackages(lines: readonly string[]): HostPackages {
  const of = fieldsByKind(lines);
  const lists = of("lists")[0]?.[0];
  const { packages, keptBack } = parsePending(lines);
  return {
    release: of("release")[0]?.[0] ?? "",
    listsFrom: lists === undefined ? undefined : new Date(Number(lists) * 1000).toISOString(),
    installed: of("installed").map(([name = "", version = "", source = name, sourceVersion = version]) => ({
      ...{ name, version, source, sourceVersion },
    })),
    pending: packages,
    holds: of("hold").map(([name = ""]) => name),
    keptBack,
    ...(lines.includes("apt-fails") && { aptFails: true }),
  };
}
