import { setImmediate } from "node:timers/promises";
import {
  expectedObservation,
  type HostObservation,
  inspectHost,
  planDrift,
  type ResourceObservation,
  type ResourceTree,
  renderHost,
  renderMember,
  renderService,
} from "@allmende/host";
import type { SshConnection } from "@allmende/ssh";
import type { Context } from "../context.js";
import { type Deployment, readDeployment } from "../stack/deployment.js";
import type { StackFolder } from "../stack/folder.js";
import { type HostResult, type LookOptions, onHosts } from "./connect.js";
import { type DeployedHost, deployedHosts, deployedHostsInTurns, hostsOnly } from "./deployed.js";

/** One difference between declared and real. */
export interface DriftEntry {
  /** `host`, `member/anna`, `service/anna/anna-blog`. */
  readonly resource: string;
  readonly what: string;
  readonly path?: string | undefined;
  readonly declared?: unknown;
  readonly real?: unknown;
  readonly message: string;
}

export interface HostDrift {
  readonly host: string;
  /** How many resources were compared. */
  readonly resources: number;
  readonly findings: readonly DriftEntry[];
  readonly error?: Error | undefined;
}

/** Compares all hosts of a stack with what its last `up` declared; one exchange per host. */
export async function compareHosts(
  context: Context,
  folder: StackFolder,
  { onResult, ...options }: LookOptions<HostDrift> = {},
): Promise<HostDrift[]> {
  // Opening secrets, and working out what is declared, take as long as looking at the hosts: all at once.
  const declaring = readDeployment(folder, { secrets: true }).then(declareHosts);
  let isDeclared = true;
  // Thrown below, after the hosts: it is no fault of theirs.
  declaring.catch(() => {
    isDeclared = false;
  });
  const places = deployedHosts(hostsOnly(await readDeployment(folder)));
  const compare = async (ssh: SshConnection, deployed: DeployedHost) => {
    const observed = await inspectHost(ssh, { signal: context.signal });
    const declared = await declaring.catch(() => undefined);
    const resources = declared?.get(deployed.host.name) ?? [];
    return { resources: resources.length, findings: findDrift(resources, observed) };
  };
  const results = await onHosts(context, places, compare, {
    ...options,
    onResult: (result, missing) => {
      if (isDeclared) onResult?.(driftOfHost(result), missing);
    },
  });
  await declaring;
  return results.map(driftOfHost);
}

function driftOfHost(result: HostResult<Pick<HostDrift, "resources" | "findings">>): HostDrift {
  const host = result.deployed.host.name;
  return "error" in result ? { host, resources: 0, findings: [], error: result.error } : { host, ...result.value };
}

/** A resource as the files that it is, and what a healthy host shows of it. */
interface DeclaredTree {
  readonly tree: ResourceTree;
  readonly expected: ResourceObservation;
}

async function declareHosts(deployment: Deployment): Promise<ReadonlyMap<string, readonly DeclaredTree[]>> {
  const hosts = new Map<string, DeclaredTree[]>();
  for (const deployed of await deployedHostsInTurns(deployment)) {
    const declared: DeclaredTree[] = [];
    for (const tree of renderDeployed(deployed)) {
      declared.push({ tree, expected: expectedObservation(tree) });
      // Connections are served in between.
      await setImmediate();
    }
    hosts.set(deployed.host.name, declared);
  }
  return hosts;
}

/** Every resource of a host as the files that it is, one after the other. */
function* renderDeployed({ host, members, services, resources }: DeployedHost): Generator<ResourceTree> {
  const owners = new Map(members.map((member) => [member.name, member]));
  if (resources.some((resource) => resource.type.endsWith(":Host"))) yield renderHost(host);
  for (const member of members) yield renderMember(member);
  for (const service of services) {
    const owner = owners.get(service.member);
    if (owner) yield renderService(service, owner);
  }
}

/** What differs, resource by resource; never a digest of a secret, from which a short secret could be guessed. */
function findDrift(resources: readonly DeclaredTree[], observed: HostObservation): DriftEntry[] {
  return resources.flatMap(({ tree, expected }) => {
    const closed = closedPaths(tree);
    return planDrift(expected, observed.resources.get(tree.id)).map(({ declared, real, ...finding }) => ({
      resource: tree.id,
      ...finding,
      ...(!closed.has(finding.path ?? "") && { declared, real }),
    }));
  });
}

/** Files with secrets, and the manifest when it lists the digests of such files. */
function closedPaths(tree: ResourceTree): ReadonlySet<string> {
  const secrets = tree.files.filter((file) => file.secret).map((file) => file.path);
  const manifest = tree.files.at(-1)?.path;
  return new Set(secrets.length > 0 && manifest !== undefined ? [...secrets, manifest] : secrets);
}
