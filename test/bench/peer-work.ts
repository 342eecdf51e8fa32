import type { ResourceTree } from "@allmende/host";
import type { LabHost } from "@allmende/lab";
import { memberUid } from "@allmende/model";
import { cgroupOf } from "../lab/support/cgroup.js";

/** A file that must have this content, owner and mode. */
export interface FileItem {
  readonly path: string;
  readonly content: string;
  readonly owner: string;
  readonly group: string;
  /** Octal: `0644`. */
  readonly mode: string;
}

/** A unit of a member's manager that must run, and the limit that its cgroup must have. */
export interface UnitItem {
  readonly unit: string;
  readonly member: string;
  readonly uid: number;
  /** Path of the live limit. */
  readonly cgroup: string;
  /** Bytes, as the kernel prints them. */
  readonly limit: string;
}

/** What every contestant checks of the same services: each file's content, owner and mode; each unit; each live limit. */
export interface PeerWork {
  readonly host: LabHost;
  readonly files: readonly FileItem[];
  readonly units: readonly UnitItem[];
}

export function planPeerWork(host: LabHost, services: readonly ResourceTree[]): PeerWork {
  const files = services.flatMap((tree) => tree.files).filter(({ path }) => path.startsWith("/etc/containers/"));
  return {
    host,
    files: files.map(({ path, content, owner, group, mode }) => ({
      path,
      content,
      owner: String(owner),
      group: String(group),
      mode: `0${mode.toString(8)}`,
    })),
    units: services.flatMap(({ unit, member }) => (unit && member ? [unitItem(unit, member)] : [])),
  };
}

function unitItem(
  { name, memoryMaxBytes }: NonNullable<ResourceTree["unit"]>,
  member: NonNullable<ResourceTree["member"]>,
): UnitItem {
  const uid = memberUid(member.number);
  return {
    unit: name,
    member: member.name,
    uid,
    cgroup: `${cgroupOf(member.number, name)}/memory.max`,
    limit: String(memoryMaxBytes),
  };
}

/** What drifted, as all contestants' reports are compared: a file's path, a unit's name, or this. */
export function limitOf(unit: string): string {
  return `limit of ${unit}`;
}
