import { HostError } from "@allmende/model";
import { loadScript, type RemoteRoot } from "./remote.js";
import type { ResourceTree } from "./resource.js";
import { parseSections } from "./sections.js";

/** What a host is that Allmende has not been on yet, and what of a base host is there already. */
export interface HostSurvey {
  readonly hostname: string;
  /** `debian`, `13`, `Debian GNU/Linux 13 (trixie)`; empty where the host does not say. */
  readonly os: { readonly id: string; readonly version: string; readonly name: string };
  /** Debian's word for it: `amd64`. */
  readonly architecture: string;
  /** Type of the file system at /sys/fs/cgroup, and its controllers. */
  readonly cgroup: { readonly type: string; readonly controllers: readonly string[] };
  /** 0: no systemd, or it is not what the system was started with. */
  readonly systemd: number;
  readonly memTotalBytes: number;
  /** Version by name of those asked for that are installed. */
  readonly packages: ReadonlyMap<string, string>;
  /** `sha256:…` by path of those asked for that are there. */
  readonly digests: ReadonlyMap<string, string>;
  /** Keys of Allmende's resources on it. */
  readonly manifests: readonly string[];
}

/** Looks at a host with regard to `tree`, in one exchange. Throws ConnectError (`sudo-refused`), HostError `survey-failed`. */
export async function surveyHost(
  ssh: RemoteRoot,
  tree: Pick<ResourceTree, "packages" | "files">,
  { signal, timeoutMs = 60_000 }: { readonly signal?: AbortSignal | undefined; readonly timeoutMs?: number } = {},
): Promise<HostSurvey> {
  const { command, script } = loadScript("survey.sh");
  const asked = [...tree.packages.map((name) => `package\t${name}`), ...tree.files.map(({ path }) => `file\t${path}`)];
  const openStdin = `${script.toString("utf8")}${asked.join("\n")}\n`;
  const result = await ssh.execAsRoot(command, { openStdin, timeoutMs, signal });
  if (result.exitCode !== 0) {
    throw new HostError(`Looking at the host failed with exit code ${result.exitCode}.`, {
      code: "survey-failed",
      logTail: result.stderr,
      nextStep: "Look at what the host said: survey.sh needs nothing but a POSIX shell.",
    });
  }
  return parseSurvey(Buffer.from(result.stdout).toString("utf8").split("\n"));
}

/** Output of survey.sh. Throws `inspection-incomplete`. */
export function parseSurvey(lines: readonly string[]): HostSurvey {
  const sections = parseSections(lines);
  const system = (sections.get("system") ?? []).map((line) => line.split(/=(.*)/s));
  const value = (name: string) => system.find(([key]) => key === name)?.[1] ?? "";
  const packages = (sections.get("packages") ?? []).map((line) => line.split("\t"));
  const digests = (sections.get("files") ?? []).filter((line) => line !== "");
  return {
    hostname: value("hostname"),
    os: { id: value("ID"), version: value("VERSION_ID"), name: value("PRETTY_NAME") },
    architecture: value("architecture"),
    cgroup: { type: value("cgroup"), controllers: value("controllers").split(" ").filter(Boolean) },
    systemd: value("pid1") === "systemd" ? Number(value("systemd")) : 0,
    memTotalBytes: Number(value("memTotalKiB")) * 1024,
    packages: new Map(
      packages.flatMap(([name = "", state, version = ""]) => (state === "installed" ? [[name, version]] : [])),
    ),
    digests: new Map(digests.map((line) => [line.slice(66), `sha256:${line.slice(0, 64)}`])),
    manifests: system.flatMap(([key, name = ""]) => (key === "manifest" ? [name] : [])),
  };
}
