import { describeRam, memberOverheadBytes, serviceOverheadBytes } from "@allmende/model";
import type { ResourceTree } from "./resource.js";
import { sha256 } from "./sha256.js";
import type { HostSurvey } from "./survey.js";

/** One thing that a host must be. */
export interface FitnessCheck {
  /** `release`, `architecture`, `cgroup`, `systemd`, `ram`. */
  readonly what: string;
  readonly ok: boolean;
  readonly found: string;
  readonly wanted: string;
}

/** What the first `up` would change on a host. */
export interface Adoption {
  readonly packages: readonly string[];
  readonly newFiles: readonly string[];
  /** Files that are there with another content, and would be replaced. */
  readonly changedFiles: readonly string[];
}

/** Debian 13's. Older ones lack what units and limits rely on. */
const leastSystemd = 257;
const architectures = ["amd64", "arm64"];
/** With less, not even the smallest service of one member would fit. */
const leastSoldBytes = serviceOverheadBytes + memberOverheadBytes + 16 * 1024 * 1024;

/** Whether members' services could run on the host, `reserveBytes` kept for itself. */
export function checkFitness(survey: HostSurvey, reserveBytes: number): FitnessCheck[] {
  const { os, architecture, cgroup, systemd, memTotalBytes } = survey;
  const leastRam = reserveBytes + leastSoldBytes;
  return [
    {
      what: "release",
      ok: os.id === "debian" && os.version === "13",
      found: os.name || os.id || "unknown",
      wanted: "Debian 13",
    },
    {
      what: "architecture",
      ok: architectures.includes(architecture),
      found: architecture || "unknown",
      wanted: architectures.join(" or "),
    },
    {
      what: "cgroup",
      ok: cgroup.type === "cgroup2fs" && cgroup.controllers.includes("memory"),
      found:
        cgroup.type === "cgroup2fs"
          ? `v2 with ${cgroup.controllers.join(", ") || "no controller"}`
          : cgroup.type || "none",
      wanted: "v2 with memory",
    },
    {
      what: "systemd",
      ok: systemd >= leastSystemd,
      found: systemd === 0 ? "not running" : String(systemd),
      wanted: `${leastSystemd} or newer`,
    },
    {
      what: "RAM",
      ok: memTotalBytes >= leastRam,
      found: describeRam(memTotalBytes),
      wanted: `at least ${describeRam(leastRam)} (the reserve, and the smallest service)`,
    },
  ];
}

/** The difference between a host and a base host, without touching it. */
export function planAdoption(survey: HostSurvey, tree: ResourceTree): Adoption {
  const isThere = (path: string) => survey.digests.has(path);
  const differs = ({ path, content }: ResourceTree["files"][number]) =>
    survey.digests.get(path) !== `sha256:${sha256(content)}`;
  const files = tree.files.filter(differs).map(({ path }) => path);
  return {
    packages: tree.packages.filter((name) => !survey.packages.has(name)),
    newFiles: files.filter((path) => !isThere(path)),
    changedFiles: files.filter(isThere),
  };
}
