import { memberOverheadBytes, memberUid } from "@allmende/model";
import { checkLine } from "./field.js";
import type { DeclaredSpec, DirectoryEntry, ResourceFile, ResourceTree, ResourceUnit } from "./resource.js";
import { resourceKey } from "./resource.js";
import { sha256 } from "./sha256.js";

/** A tree before its manifest was made. */
export type BareTree = Omit<ResourceTree, "files"> & { readonly files: readonly ResourceFile[] };

/** What a transaction is to do with a resource. */
export type PlanAction = "put" | "live" | "remove" | "purge";

/**
 * The lines that describe one resource, tab-separated; the same in a plan and in a manifest, so that one small
 * parser on the host reads what is wanted and what was there. Fields never are empty (`-` stands for none).
 */
export function renderResourceLines(tree: BareTree, action: PlanAction = "put"): string[] {
  const key = resourceKey(tree.id);
  const { unit } = tree;
  const lines = [
    [
      ...["resource", key, action, tree.member?.name ?? "-", tree.member ? memberUid(tree.member.number) : 0],
      ...[unit?.ramBytes ?? 0, ...limitFields(tree), unit?.image ?? "-"],
      unit?.authFile ?? "-",
    ],
    ...tree.packages.map((name) => ["package", key, name]),
    ...tree.directories.map((entry) => ["dir", key, ...accessFields(entry), entry.path]),
    ...tree.files.map((file) => fileLine(key, file)),
    ...unitLines(key, unit),
  ];
  return lines.map(checkLine);
}

/** Processes and threads of a member's own manager, D-Bus and Podman's pause process. */
const memberOverheadTasks = 256;

/** `[MemoryMax, TasksMax]`: what this resource adds to the limits of its member's slice. */
function limitFields({ id, unit }: BareTree): [number, number] {
  if (unit !== undefined) return [unit.memoryMaxBytes, unit.tasksMax];
  return id.startsWith("member/") ? [memberOverheadBytes, memberOverheadTasks] : [0, 0];
}

/** The line of one file, in a plan or manifest. */
function fileLine(key: string, file: ResourceFile): (string | number)[] {
  return ["file", key, ...accessFields(file), sha256(file.content), file.effect, file.path];
}

function unitLines(key: string, unit: ResourceUnit | undefined): (string | number)[][] {
  if (unit === undefined) return [];
  return [
    ...unit.ports.map(({ port, protocol }) => ["port", key, protocol, port]),
    ...unit.volumes.map((name) => ["volume", key, name]),
    ...unit.podmanSecrets.map((name) => ["secret", key, name]),
    ...unit.networks.map((name) => ["network", key, name]),
  ];
}

/** `[mode, uid, gid]` as `stat` prints them. */
export function accessFields(entry: DirectoryEntry): [string, number, number] {
  return [entry.mode.toString(8), numericId(entry.owner), numericId(entry.group)];
}

function numericId(owner: number | string): number {
  if (typeof owner === "number") return owner;
  if (owner === "root") return 0;
  throw new Error(`Only root and numeric ids are known before a host is reached, not "${owner}".`);
}

/** The manifest of a resource: what it owns on the host and what was declared, without secrets. */
export function renderManifest(tree: BareTree): string {
  const spec = ["spec", resourceKey(tree.id), JSON.stringify(tree.declared satisfies DeclaredSpec)].join("\t");
  return `${[...renderResourceLines(tree), spec].join("\n")}\n`;
}
