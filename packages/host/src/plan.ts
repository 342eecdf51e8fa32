import { type MemberSpec, memberUid, UserError } from "@allmende/model";
import { checkLine } from "./field.js";
import { renderResourceLines } from "./manifest.js";
import { type Change, type FileEntry, type ResourceId, resourceKey } from "./resource.js";

/** The plan of one transaction and the files that it puts, by path. */
export interface Plan {
  readonly text: string;
  readonly files: ReadonlyMap<string, FileEntry>;
}

/**
 * Encodes changes for apply.sh. Throws `resource-changed-twice`, `member-missing`, `unsafe-plan-field`,
 * or `conflicting-files` when two resources want different things of one path.
 */
export function planChanges(changes: readonly Change[]): Plan {
  const files = new Map<string, FileEntry>();
  const seen = new Set<ResourceId>();
  const lines = ["allmende\t1"];
  for (const change of changes) {
    const id = change.kind === "put" ? change.tree.id : change.id;
    if (seen.has(id)) {
      throw new UserError(`${id} is changed twice in one transaction.`, {
        code: "resource-changed-twice",
        concerns: id,
      });
    }
    seen.add(id);
    if (change.kind === "remove") {
      lines.push(removalLine(change.id, change.member, change.deleteData));
      continue;
    }
    lines.push(...renderResourceLines(change.tree, change.liveOnly === true ? "live" : "put"));
    for (const holder of change.takesOverFrom ?? []) {
      lines.push(checkLine(["yields", resourceKey(id), resourceKey(holder)]));
    }
    for (const file of change.tree.files) addFile(files, file, id);
  }
  lines.push(`end\t${lines.length + 1}`);
  return { text: `${lines.join("\n")}\n`, files };
}

function addFile(files: Map<string, FileEntry>, file: FileEntry, id: ResourceId): void {
  const other = files.get(file.path);
  if (other !== undefined && (other.content !== file.content || other.mode !== file.mode)) {
    throw new UserError(`${id} wants ${file.path} different from what another resource wants it to be.`, {
      code: "conflicting-files",
      concerns: id,
    });
  }
  files.set(file.path, file);
}

function removalLine(id: ResourceId, member: MemberSpec | undefined, deleteData: boolean): string {
  if (id !== "host" && member === undefined) {
    throw new UserError(`Removing ${id} needs its member's name and number.`, { code: "member-missing", concerns: id });
  }
  const owner = member === undefined ? ["-", 0] : [member.name, memberUid(member.number)];
  return checkLine(["resource", resourceKey(id), deleteData ? "purge" : "remove", ...owner, 0, 0, 0, "-", "-"]);
}
