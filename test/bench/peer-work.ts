import { type FileEntry, type ResourceTree, renderResources, renderTree } from "@allmende/host";
import type { LabHost } from "@allmende/lab";
import { type HostInventory, memberUid, subordinateIdCount, subordinateIdStart } from "@allmende/model";
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

/** A line that a file must have, which has lines of others as well. */
export interface LineItem {
  readonly path: string;
  readonly line: string;
  readonly label: string;
}

/** A unit of a member's manager that must run, as its files are on disk. */
export interface UnitItem {
  readonly unit: string;
  readonly member: string;
  readonly uid: number;
  readonly loadedLabel: string;
}

/** A live limit. */
export interface LimitItem {
  /** May have `*` for what is different at each start. */
  readonly path: string;
  /** Bytes, as the kernel prints them. */
  readonly limit: string;
  readonly label: string;
}

/**
 * What every contestant checks of the same host, which is what `drift` compares: each file's content, owner and mode; each member's subordinate
 * ids; of each unit whether it runs, and whether systemd has loaded it as it is on disk; its live limit and its container's.
 */
export interface PeerWork {
  readonly host: LabHost;
  readonly files: readonly FileItem[];
  readonly lines: readonly LineItem[];
  readonly units: readonly UnitItem[];
  readonly limits: readonly LimitItem[];
}

const derivedIds = ["/etc/subuid", "/etc/subgid"];

/** The work for the host itself and the first `members` members with all their services. */
export function planPeerWork(host: LabHost, inventory: HostInventory, members: number): PeerWork {
  const chosen = inventory.members.slice(0, members);
  const names = new Set(chosen.map(({ name }) => name));
  const left = inventory.members.slice(members).map(({ number }) => memberUid(number));
  const trees = renderResources(inventory);
  const ofOthers = new Set(
    trees
      .filter(({ member }) => member && !names.has(member.name))
      .flatMap(({ files }) => files.map(({ path }) => path)),
  );
  const files = renderTree(inventory).filter(
    ({ path }) =>
      !ofOthers.has(path) && !derivedIds.includes(path) && !left.some((uid) => path.includes(`/user-${uid}.slice.d/`)),
  );
  const services = trees.filter(({ unit, member }) => unit && member && names.has(member.name));
  return {
    host,
    files: files.map(fileItem),
    lines: chosen.flatMap(({ name, number }) =>
      derivedIds.map((path) => ({
        path,
        line: `${name}:${subordinateIdStart(number)}:${subordinateIdCount}`,
        label: lineOf(path, name),
      })),
    ),
    units: services.flatMap(unitItems),
    limits: services.flatMap(limitItems),
  };
}

function fileItem({ path, content, owner, group, mode }: FileEntry): FileItem {
  return { path, content, owner: String(owner), group: String(group), mode: `0${mode.toString(8)}` };
}

function unitItems({ unit, member }: ResourceTree): UnitItem[] {
  if (!unit || !member) return [];
  return [{ unit: unit.name, member: member.name, uid: memberUid(member.number), loadedLabel: loadedOf(unit.name) }];
}

function limitItems({ unit, member }: ResourceTree): LimitItem[] {
  if (!unit || !member) return [];
  const cgroup = cgroupOf(member.number, unit.name);
  return [
    { path: `${cgroup}/memory.max`, limit: String(unit.memoryMaxBytes), label: limitOf(unit.name) },
    {
      path: `${cgroup}/libpod-payload-*/memory.max`,
      limit: String(unit.ramBytes),
      label: containerLimitOf(unit.name),
    },
  ];
}

/** What drifted, as all contestants' reports are compared: a file's path, a unit's name, or one of these. */
export function limitOf(unit: string): string {
  return `limit of ${unit}`;
}

export function containerLimitOf(unit: string): string {
  return `limit of the container of ${unit}`;
}

export function loadedOf(unit: string): string {
  return `loaded files of ${unit}`;
}

export function lineOf(path: string, member: string): string {
  return `${path} of ${member}`;
}
