import {
  expectedObservation,
  type HostObservation,
  inspectHost,
  planDrift,
  type ResourceTree,
  renderHost,
  renderMember,
  renderService,
} from "@allmende/host";
import type { SshConnection } from "@allmende/ssh";
import type { Context } from "../context.js";
import { readDeployment } from "../stack/deployment.js";
import type { StackFolder } from "../stack/folder.js";
import { type HostResult, type LookOptions, onHosts } from "./connect.js";
import { type DeployedHost, deployedHosts } from "./deployed.js";

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
  // Opening the secrets takes as long as looking at the hosts: both at once.
  const opened = readDeployment(folder, { secrets: true });
  const declared = opened.then(
    (deployment) => new Map(deployedHosts(deployment).map((each) => [each.host.name, each])),
  );
  let isOpen = true;
  // Thrown below, after the hosts: it is no fault of theirs.
  declared.catch(() => {
    isOpen = false;
  });
  const closed = deployedHosts(await readDeployment(folder));
  const compare = async (ssh: SshConnection, deployed: DeployedHost) => {
    const observed = await inspectHost(ssh, { signal: context.signal });
    const known = await declared.catch(() => undefined);
    const trees = treesOf(known?.get(deployed.host.name) ?? deployed);
    return { resources: trees.length, findings: findDrift(trees, observed) };
  };
  const results = await onHosts(context, closed, compare, {
    ...options,
    onResult: (result, missing) => {
      if (isOpen) onResult?.(driftOfHost(result), missing);
    },
  });
  await declared;
  return results.map(driftOfHost);
}

function driftOfHost(result: HostResult<Pick<HostDrift, "resources" | "findings">>): HostDrift {
  const host = result.deployed.host.name;
  return "error" in result ? { host, resources: 0, findings: [], error: result.error } : { host, ...result.value };
}

/** Every resource of a host as the files that it is. */
function treesOf({ host, members, services, resources }: DeployedHost): ResourceTree[] {
  const owners = new Map(members.map((member) => [member.name, member]));
  return [
    ...(resources.some((resource) => resource.type.endsWith(":Host")) ? [renderHost(host)] : []),
    ...members.map((member) => renderMember(member)),
    ...services.flatMap((service) => {
      const owner = owners.get(service.member);
      return owner ? [renderService(service, owner)] : [];
    }),
  ];
}

/** What differs, resource by resource; never a digest of a secret, from which a short secret could be guessed. */
function findDrift(trees: readonly ResourceTree[], observed: HostObservation): DriftEntry[] {
  return trees.flatMap((tree) => {
    const closed = closedPaths(tree);
    return planDrift(expectedObservation(tree), observed.resources.get(tree.id)).map(
      ({ declared, real, ...finding }) => ({
        resource: tree.id,
        ...finding,
        ...(!closed.has(finding.path ?? "") && { declared, real }),
      }),
    );
  });
}

/** Files with secrets, and the manifest when it lists the digests of such files. */
function closedPaths(tree: ResourceTree): ReadonlySet<string> {
  const secrets = tree.files.filter((file) => file.secret).map((file) => file.path);
  const manifest = tree.files.at(-1)?.path;
  return new Set(secrets.length > 0 && manifest !== undefined ? [...secrets, manifest] : secrets);
}
