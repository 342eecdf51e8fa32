import { accessFields } from "./manifest.js";
import type { DeclaredSpec, ResourceId, ResourceTree } from "./resource.js";
import { sha256 } from "./sha256.js";

/** What a resource is on a host, or should be. */
export interface ResourceObservation {
  readonly id: ResourceId;
  /**
   * Per path of the manifest, the manifest itself included: `sha256:HEX`, with ` mode=… uid=… gid=…` when these are
   * not what the manifest says, or `absent`. Digests of secret files are digests of secrets: do not show them.
   */
  readonly digests: Readonly<Record<string, string>>;
  readonly live: LiveState;
  /** What was declared, without secrets; undefined when the manifest cannot be read. */
  readonly manifest?: DeclaredSpec | undefined;
}

/** What runs. Bytes; only services have limits of a container, members those of their slice. */
export interface LiveState {
  /** Service: its unit runs. Member: their manager runs. Host: always. */
  readonly active: boolean;
  readonly memoryMaxBytes?: number | undefined;
  readonly containerMemoryMaxBytes?: number | undefined;
  /** Known to `readServiceStatus` only, as is the next. */
  readonly memoryCurrentBytes?: number | undefined;
  readonly oomKills?: number | undefined;
  /** Since when the unit runs (it is starting or started), ISO 8601. */
  readonly activeSince?: string | undefined;
  /** True when systemd has not read the files as they are now. */
  readonly stale?: boolean | undefined;
  /** Files and directories that override the unit. */
  readonly dropIns?: readonly string[] | undefined;
  /** Member: units that their manager reads and nobody declared. */
  readonly foreign?: readonly string[] | undefined;
}

/** Facts that a plan or a person needs. */
export interface HostFacts {
  readonly hostname: string;
  /** `5.4.2`; undefined before provisioning. */
  readonly podman?: string | undefined;
  readonly memTotalBytes: number;
  readonly bootId: string;
  readonly kernel: string;
  /** `13.1` */
  readonly debian: string;
}

export interface HostObservation {
  readonly facts: HostFacts;
  readonly resources: ReadonlyMap<ResourceId, ResourceObservation>;
}

/** What a healthy resource without drift looks like: known before anything is done. */
export function expectedObservation(tree: ResourceTree): ResourceObservation {
  const digests: Record<string, string> = {};
  for (const { path } of tree.directories) digests[path] = "directory";
  for (const file of tree.files) digests[file.path] = `sha256:${sha256(file.content)}`;
  return {
    id: tree.id,
    digests,
    live: {
      active: true,
      ...(tree.unit && {
        memoryMaxBytes: tree.unit.memoryMaxBytes,
        containerMemoryMaxBytes: tree.unit.ramBytes,
      }),
    },
    manifest: tree.declared,
  };
}

/** ` mode=640 uid=0 gid=0` when it is not what was declared; nothing otherwise. */
export function accessDifference(declared: string, real: string): string {
  if (declared === real) return "";
  const [mode, uid, gid] = real.split(" ");
  return ` mode=${mode} uid=${uid} gid=${gid}`;
}

/** `644 0 0` */
export function renderAccess(entry: Parameters<typeof accessFields>[0]): string {
  return accessFields(entry).join(" ");
}
