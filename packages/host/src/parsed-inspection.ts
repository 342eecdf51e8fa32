import { subordinateIdCount, subordinateIdStart } from "@allmende/model";
import {
  accessDifference,
  type HostFacts,
  type HostObservation,
  type LiveState,
  type ResourceObservation,
} from "./observation.js";
import { foreignUnits, type Override, overridesOf } from "./overrides.js";
import { type ParsedManifest, parseManifests } from "./parsed-manifest.js";
import { manifestPath, sliceDropInPath } from "./paths.js";
import { renderSliceDropIn, sumLimits } from "./render-derived.js";
import type { ResourceId } from "./resource.js";
import { parseGrep, parseSections } from "./sections.js";
import { sha256 } from "./sha256.js";

/** Everything of one inspection that the observations are made of. */
interface Evidence {
  readonly manifests: readonly ParsedManifest[];
  readonly digests: ReadonlyMap<string, string>;
  /** path -> [mode, uid, gid, mtime] */
  readonly access: ReadonlyMap<string, readonly string[]>;
  readonly subordinate: ReadonlySet<string>;
  readonly cgroups: ReadonlyMap<string, readonly string[]>;
  readonly overrides: readonly Override[];
}

/** Output of inspect.sh to observations. Throws `inspection-incomplete`. */
export function parseInspection(lines: readonly string[]): HostObservation {
  const sections = parseSections(lines);
  const section = (name: string) => sections.get(name) ?? [];
  const evidence: Evidence = {
    manifests: parseManifests(section("manifests")),
    digests: new Map(section("digests").map((line) => [line.slice(66), line.slice(0, 64)])),
    access: new Map(section("access").map((line) => splitFirst(line))),
    subordinate: new Set(section("subordinate")),
    cgroups: parseGrep(section("cgroups")),
    overrides: section("overrides").map((line) => {
      const [uid = "", path = ""] = line.split("\t");
      return { uid: Number(uid), path };
    }),
  };
  const resources = new Map<ResourceId, ResourceObservation>();
  for (const manifest of evidence.manifests) resources.set(manifest.id, observe(manifest, evidence));
  return { facts: parseFacts(section("facts")), resources };
}

function splitFirst(line: string): [string, string[]] {
  const [path = "", ...rest] = line.split("\t");
  return [path, rest];
}

function observe(manifest: ParsedManifest, evidence: Evidence): ResourceObservation {
  const digests: Record<string, string> = {};
  const own = { kind: "file", path: manifestPath(manifest.id), access: "600 0 0" } as const;
  for (const { kind, path, access } of [...manifest.entries, own]) {
    const real = evidence.access.get(path);
    const content = kind === "dir" ? "directory" : `sha256:${evidence.digests.get(path)}`;
    digests[path] = real === undefined ? "absent" : content + accessDifference(access, real.slice(0, 3).join(" "));
  }
  if (manifest.id.startsWith("member/")) Object.assign(digests, derivedDifferences(manifest, evidence));
  return { id: manifest.id, digests, live: observeLive(manifest, evidence), manifest: manifest.declared };
}

/** Derived files are nobody's own, so they are named only where they are not what the manifests add up to. */
function derivedDifferences(member: ParsedManifest, evidence: Evidence): Record<string, string> {
  const differences: Record<string, string> = {};
  const number = member.uid - 20_000;
  const slice = sliceDropInPath(number);
  const real = evidence.digests.get(slice);
  if (real !== sha256(renderSliceDropIn(member.memberName, sumLimits(member.uid, evidence.manifests)))) {
    differences[slice] = real === undefined ? "absent" : `sha256:${real}`;
  }
  for (const file of ["/etc/subuid", "/etc/subgid"]) {
    const line = `${member.memberName}:${subordinateIdStart(number)}:${subordinateIdCount}`;
    if (!evidence.subordinate.has(`${file}:${line}`)) differences[file] = `without ${line}`;
  }
  return differences;
}

function observeLive(manifest: ParsedManifest, evidence: Evidence): LiveState {
  const [kind, , name] = manifest.id.split("/");
  if (kind === "host") return { active: true };
  const slice = `user-${manifest.uid}.slice`;
  if (kind === "member") {
    const foreign = foreignUnits(manifest, evidence.manifests, evidence.overrides);
    return {
      active: evidence.cgroups.has(`${slice}/memory.max`),
      ...limit(evidence.cgroups, `${slice}/memory.max`),
      derivedMemoryMaxBytes: sumLimits(manifest.uid, evidence.manifests).memoryMaxBytes,
      ...(foreign.length > 0 ? { foreign } : {}),
    };
  }
  const unit = `${slice}/user@${manifest.uid}.service/app.slice/${name}.service`;
  const payload = [...evidence.cgroups.keys()].find((file) => file.startsWith(`${unit}/libpod-payload-`));
  const container = payload?.slice(0, payload.lastIndexOf("/"));
  const runtime = `/run/user/${manifest.uid}/systemd`;
  const started = evidence.access.get(`${runtime}/units/invocation:${name}.service`)?.[3];
  // A unit without its container's cgroup waits for its next try: it does not run.
  const active = container !== undefined;
  const dropIns = overridesOf(manifest, evidence.overrides);
  const events = evidence.cgroups.get(`${unit}/memory.events`)?.[0];
  return {
    active,
    ...limit(evidence.cgroups, `${unit}/memory.max`),
    ...(container && { containerMemoryMaxBytes: readBytes(evidence.cgroups, `${container}/memory.max`) }),
    ...(active && { memoryCurrentBytes: readBytes(evidence.cgroups, `${container}/memory.current`) }),
    ...(events === undefined ? {} : { oomKills: Number(events.split(" ")[1]) }),
    ...(active && started !== undefined ? { activeSince: new Date(Number(started) * 1000).toISOString() } : {}),
    ...(isStale(manifest, `${runtime}/generator/${name}.service`, evidence) ? { stale: true } : {}),
    ...(dropIns.length > 0 ? { dropIns } : {}),
  };
}

/** Whether a unit file changed after the generator last read it. */
function isStale(manifest: ParsedManifest, generated: string, evidence: Evidence): boolean {
  const written = evidence.access.get(generated)?.[3];
  if (written === undefined) return evidence.access.has(`/run/user/${manifest.uid}`);
  return manifest.entries.some(({ path }) => {
    const changed = /\.(container|volume|network)$/.test(path) ? evidence.access.get(path)?.[3] : undefined;
    return changed !== undefined && Number(changed) > Number(written);
  });
}

function limit(cgroups: Evidence["cgroups"], file: string): { memoryMaxBytes?: number } {
  const bytes = readBytes(cgroups, file);
  return bytes === undefined ? {} : { memoryMaxBytes: bytes };
}

/** A number of bytes; Infinity for `max`. */
function readBytes(cgroups: Evidence["cgroups"], file: string): number | undefined {
  const text = cgroups.get(file)?.[0];
  if (text === undefined) return undefined;
  return text === "max" ? Number.POSITIVE_INFINITY : Number(text);
}

function parseFacts(lines: readonly string[]): HostFacts {
  const value = (file: string) => lines.find((line) => line.startsWith(`${file}:`))?.slice(file.length + 1) ?? "";
  const version = lines.find((line) => line.startsWith("Version: "));
  const installed = lines.includes("Status: install ok installed");
  const podman = installed ? /(\d+\.\d+\.\d+)/.exec(version ?? "")?.[1] : undefined;
  return {
    hostname: value("/proc/sys/kernel/hostname"),
    ...(podman === undefined ? {} : { podman }),
    memTotalBytes: Number(/(\d+) kB/.exec(value("/proc/meminfo"))?.[1] ?? 0) * 1024,
    bootId: value("/proc/sys/kernel/random/boot_id"),
    kernel: value("/proc/sys/kernel/osrelease"),
    debian: value("/etc/debian_version"),
  };
}
