import type { ServiceStatus } from "@allmende/host";
import type { ServiceSpec } from "@allmende/model";
import type { SshConnection } from "@allmende/ssh";
import type { Context } from "../context.js";
import { readDeployment } from "../stack/deployment.js";
import type { StackFolder } from "../stack/folder.js";
import { addressOf } from "./address.js";
import { type HostResult, type LookOptions, onHosts } from "./connect.js";
import { type DeployedHost, deployedHosts } from "./deployed.js";
import { readLiveServices } from "./live-services.js";

/** A service as declared and as it is: a row of `status`, and the stable shape of its `--json`. */
export interface ServiceRow {
  readonly member: string;
  readonly memberNumber: number | undefined;
  readonly service: string;
  readonly host: string;
  readonly image: string;
  /** `running`, `starting`, `unhealthy`, `stopped`, `failed`, `missing`, `unreachable`, `unknown`. */
  readonly state: string;
  /** Whether it is as it should be. */
  readonly ok: boolean;
  readonly ramUsedBytes: number | undefined;
  /** Declared. */
  readonly ramBytes: number;
  /** The limit that the running container really has. */
  readonly ramLimitBytes: number | undefined;
  readonly restarts: number | undefined;
  readonly oomKills: number | undefined;
  readonly health: string | undefined;
  readonly uptimeSeconds: number | undefined;
  readonly url: string | undefined;
}

export interface StackStatus {
  readonly rows: readonly ServiceRow[];
  /** Hosts that could not be asked. */
  readonly errors: readonly { readonly host: string; readonly error: Error }[];
}

/** Asks all hosts of a stack, side by side, one exchange each. `onResult` gets the part of each host. */
export async function readStatus(
  context: Context,
  folder: StackFolder,
  { onResult, ...options }: LookOptions<StackStatus> = {},
): Promise<StackStatus> {
  const hosts = deployedHosts(await readDeployment(folder));
  const ask = async (ssh: SshConnection) => await readLiveServices(ssh, { signal: context.signal });
  const results = await onHosts(context, hosts, ask, {
    ...options,
    onResult: (result, missing) => onResult?.(statusOfHost(result), missing),
  });
  return joinStatus(results.map(statusOfHost));
}

function statusOfHost(result: HostResult<ReadonlyMap<string, ServiceStatus>>): StackStatus {
  const { deployed } = result;
  const liveOf = ({ member, name }: ServiceSpec) =>
    "error" in result ? ("unreachable" as const) : result.value.get(`${member}/${name}`);
  return {
    rows: deployed.services.map((service) => statusRow(deployed, service, liveOf(service))),
    errors: "error" in result ? [{ host: deployed.host.name, error: result.error }] : [],
  };
}

/** Several hosts' parts as one, in order. */
export function joinStatus(parts: readonly StackStatus[]): StackStatus {
  return { rows: parts.flatMap(({ rows }) => rows).sort(byPlace), errors: parts.flatMap(({ errors }) => errors) };
}

function byPlace(one: ServiceRow, other: ServiceRow): number {
  return (
    one.host.localeCompare(other.host) ||
    one.member.localeCompare(other.member) ||
    one.service.localeCompare(other.service)
  );
}

/** Joins what was declared with what is there; `undefined`: the host knows nothing of it. */
export function statusRow(
  { host, members }: Pick<DeployedHost, "host" | "members">,
  service: ServiceSpec,
  live: ServiceStatus | "unreachable" | undefined,
  now = Date.now(),
): ServiceRow {
  const known = typeof live === "object" ? live : undefined;
  const state = live === "unreachable" ? "unreachable" : stateOf(known);
  const since = known?.live.activeSince;
  return {
    member: service.member,
    memberNumber: members.find((member) => member.name === service.member)?.number,
    service: service.name,
    host: host.name,
    image: service.image,
    state,
    ok: state === "running",
    ramUsedBytes: known?.live.memoryCurrentBytes,
    ramBytes: service.ramBytes,
    ramLimitBytes: known?.live.containerMemoryMaxBytes,
    restarts: known?.restarts,
    oomKills: known?.live.oomKills,
    health: known?.health,
    uptimeSeconds: since === undefined ? undefined : Math.max(0, Math.round((now - Date.parse(since)) / 1000)),
    url: addressOf(host, service)?.url,
  };
}

function stateOf(status: ServiceStatus | undefined): string {
  if (!status) return "missing";
  const [active = "unknown", sub] = status.state.split("/");
  if (active === "active") return status.health === "unhealthy" ? "unhealthy" : "running";
  // A unit that waits for its next try is not on its way to anything good.
  if (sub === "auto-restart") return "unhealthy";
  if (active === "activating" || active === "reloading") return "starting";
  return active === "inactive" || active === "deactivating" ? "stopped" : active;
}
