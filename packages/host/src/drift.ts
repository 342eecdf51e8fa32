import type { LiveState, ResourceObservation } from "./observation.js";

/** One thing on a host that is not as declared. */
export interface DriftFinding {
  readonly what: "file" | "unit" | "limit" | "loaded" | "foreign";
  readonly path?: string | undefined;
  readonly declared: string;
  readonly real: string;
  /** One sentence that names it with both values; never a digest of a secret. */
  readonly message: string;
}

/** Declared against real; nothing when `observed` is as it should be. `undefined`: the resource is not there at all. */
export function planDrift(expected: ResourceObservation, observed: ResourceObservation | undefined): DriftFinding[] {
  if (observed === undefined) {
    const message = `${expected.id} is not on the host.`;
    return [{ what: "unit", declared: "present", real: "absent", message }];
  }
  return [...fileDrift(expected, observed), ...liveDrift(expected, observed)];
}

function fileDrift(expected: ResourceObservation, observed: ResourceObservation): DriftFinding[] {
  const paths = new Set([...Object.keys(expected.digests), ...Object.keys(observed.digests)]);
  return [...paths].flatMap((path) => {
    const declared = expected.digests[path];
    const real = observed.digests[path];
    if (declared === real) return [];
    return [
      {
        what: "file" as const,
        path,
        declared: declared ?? "as derived",
        real: real ?? "absent",
        message: describe(path, declared, real),
      },
    ];
  });
}

function describe(path: string, declared: string | undefined, real: string | undefined): string {
  if (real === undefined || real === "absent") return `${path} is missing.`;
  if (declared === undefined) return `${path} is not what the declared services add up to (${real}).`;
  const access = real.startsWith(`${declared} `) ? real.slice(declared.length + 1) : undefined;
  if (access !== undefined) return `${path} has another mode or owner than declared: ${access}.`;
  return path.includes("/secrets/") || path.includes("/auth/")
    ? `${path} has another content than declared.`
    : `${path} has another content than declared: ${shorten(real)} instead of ${shorten(declared)}.`;
}

function shorten(digest: string): string {
  return digest.replace(/^(sha256:[0-9a-f]{12})[0-9a-f]+/, "$1");
}

function liveDrift(expected: ResourceObservation, { id, live }: ResourceObservation): DriftFinding[] {
  const unit = id.startsWith("service/") ? `${id.split("/")[2]}.service` : id;
  const findings: DriftFinding[] = [];
  if (expected.live.active !== live.active) {
    const [declared, real] = [stateName(expected.live.active), stateName(live.active)];
    findings.push({
      what: "unit",
      path: unit,
      declared,
      real,
      message: `${unit} is ${real}, declared is ${declared}.`,
    });
  }
  if (live.stale === true) {
    const message = `${unit}: systemd runs on an older version of its files than those on disk.`;
    findings.push({ what: "loaded", path: unit, declared: "files as on disk", real: "older files", message });
  }
  for (const path of live.dropIns ?? []) {
    const message = `${path} overrides ${unit}, which may run with something else than what is declared.`;
    findings.push({ what: "loaded", path, declared: "absent", real: "present", message });
  }
  for (const path of live.foreign ?? []) {
    const message = `${path} was put there by somebody else: declare it as a service, or remove it; \`up\` leaves it alone.`;
    findings.push({ what: "foreign", path, declared: "absent", real: "present", message });
  }
  const slice = findSliceDifference(live);
  if (slice !== undefined) {
    const message = `${id}: the live MemoryMax of the slice is ${slice.real}, the declared services add up to ${slice.declared}.`;
    findings.push({ what: "limit", path: id, ...slice, message });
  }
  if (!live.active) return findings;
  const limits = [
    ["MemoryMax of the unit", expected.live.memoryMaxBytes, live.memoryMaxBytes],
    ["memory limit of the container", expected.live.containerMemoryMaxBytes, live.containerMemoryMaxBytes],
  ] as const;
  for (const [name, declared, real] of limits) {
    if (declared === undefined || declared === real) continue;
    const message = `${unit}: the live ${name} is ${renderLimit(real)}, declared is ${renderLimit(declared)}.`;
    findings.push({ what: "limit", path: unit, declared: renderLimit(declared), real: renderLimit(real), message });
  }
  return findings;
}

/**
 * A member's live slice limit against the sum of their manifests, in words; undefined when it is as it should be, when
 * their manager does not run, and for what is no member.
 */
export function findSliceDifference(live: LiveState): { declared: string; real: string } | undefined {
  const { active, memoryMaxBytes: real, derivedMemoryMaxBytes: declared } = live;
  if (!active || declared === undefined || declared === real) return undefined;
  return { declared: renderLimit(declared), real: renderLimit(real) };
}

function stateName(active: boolean): string {
  return active ? "running" : "stopped";
}

function renderLimit(bytes: number | undefined): string {
  if (bytes === undefined) return "unknown";
  return Number.isFinite(bytes) ? `${bytes} bytes` : "unlimited";
}
