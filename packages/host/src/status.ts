import { memberUid } from "@allmende/model";
import { type InspectOptions, runInspection } from "./inspect.js";
import type { HostFacts, LiveState } from "./observation.js";
import { parseInspection } from "./parsed-inspection.js";
import type { RemoteRoot } from "./remote.js";
import type { DeclaredService } from "./resource.js";
import { parseSections } from "./sections.js";

/** A service as it runs. */
export interface ServiceStatus {
  readonly member: string;
  readonly service: string;
  /** What its manifest says it should be, without secrets. */
  readonly declared: DeclaredService | undefined;
  /** `active/running`, `activating/auto-restart`, `failed/failed`, …; `unknown` when the member's manager does not run. */
  readonly state: string;
  /** With a health check a unit is only active once it is healthy, and is killed when it no longer is. */
  readonly health: "healthy" | "starting" | "unhealthy" | "unchecked" | "unknown";
  /** Automatic restarts since the unit was started. */
  readonly restarts: number | undefined;
  readonly live: LiveState;
}

export interface HostStatus {
  readonly facts: HostFacts;
  readonly services: readonly ServiceStatus[];
}

/** How all services of a host fare, in one exchange. Throws as `inspectHost`. */
export async function readServiceStatus(ssh: RemoteRoot, options: InspectOptions = {}): Promise<HostStatus> {
  return parseStatus(await runInspection(ssh, "status", options));
}

/** Output of `inspect.sh status`. */
export function parseStatus(lines: readonly string[]): HostStatus {
  const { facts, resources } = parseInspection(lines);
  const units = parseUnits(parseSections(lines).get("units") ?? []);
  const services = [...resources.values()].flatMap(({ id, live, manifest }) => {
    const [kind, member = "", service = ""] = id.split("/");
    if (kind !== "service") return [];
    const declared = manifest?.kind === "service" ? manifest.service : undefined;
    const uid = manifest === undefined ? undefined : uidOf(member, resources);
    const unit = units.get(`${uid}/${service}.service`);
    const restarts = unit?.get("NRestarts");
    return [
      {
        ...{ member, service, declared, live },
        state: unit === undefined ? "unknown" : `${unit.get("ActiveState")}/${unit.get("SubState")}`,
        health: healthOf(unit, declared),
        restarts: restarts === undefined ? undefined : Number(restarts),
      },
    ];
  });
  return { facts, services };
}

function uidOf(member: string, resources: ReturnType<typeof parseInspection>["resources"]): number | undefined {
  const manifest = resources.get(`member/${member}`)?.manifest;
  return manifest?.kind === "member" ? memberUid(manifest.member.number) : undefined;
}

function healthOf(
  unit: ReadonlyMap<string, string> | undefined,
  declared: DeclaredService | undefined,
): ServiceStatus["health"] {
  if (unit === undefined) return "unknown";
  const state = unit.get("ActiveState");
  if (state === "active") return declared?.health === undefined ? "unchecked" : "healthy";
  return state === "activating" && unit.get("SubState") !== "auto-restart" ? "starting" : "unhealthy";
}

/** Blocks of `systemctl show`, each manager's after a line `uid=…`, by `UID/UNIT`. */
function parseUnits(lines: readonly string[]): Map<string, Map<string, string>> {
  const units = new Map<string, Map<string, string>>();
  let uid = "";
  let block = new Map<string, string>();
  for (const line of [...lines, ""]) {
    const at = line.indexOf("=");
    const name = line.slice(0, at);
    const id = block.get("Id");
    // A manager's last unit has no empty line behind it: the next manager's line ends it.
    if ((line === "" || name === "uid") && id !== undefined) {
      units.set(`${uid}/${id}`, block);
      block = new Map();
    }
    if (name === "uid") uid = line.slice(at + 1);
    else if (at > 0) block.set(name, line.slice(at + 1));
  }
  return units;
}
