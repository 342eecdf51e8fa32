import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "@allmende/model";
import type { DeployedService, MemberRequest, RequestedInventory } from "@allmende/requests";
import { stateDirectory } from "../stack/environment.js";
import type { StackFolder } from "../stack/folder.js";
import type { RequestRow } from "./states.js";
import { applicationOf, toldSecretsOf } from "./told.js";

/** A request of which is still to be told that it is in effect. */
export interface Untold {
  readonly id: string;
  /** Names of generated secrets that its member is told with it. Never a value. */
  readonly secrets: readonly string[];
}

/** What is written down before anything is applied: whatever ends a run, the next one knows whom nobody told. UserError `bad-untold`. */
export function readUntold(folder: StackFolder): readonly Untold[] {
  const path = pathOf(folder);
  if (!existsSync(path)) return [];
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Untold[];
  } catch (cause) {
    throw new UserError("who is still to be told of a request cannot be read", {
      code: "bad-untold",
      concerns: path,
      nextStep: "remove the file; `allmende request secrets REQUEST` has what a member may not have got",
      cause,
    });
  }
}

/** On disk when it returns; whole or not at all. */
export function writeUntold(folder: StackFolder, untold: readonly Untold[]): void {
  const path = pathOf(folder);
  if (untold.length === 0 && !existsSync(path)) return;
  mkdirSync(stateDirectory(folder), { recursive: true, mode: 0o700 });
  const file = openSync(`${path}.new`, "w", 0o600);
  try {
    writeSync(file, `${JSON.stringify(untold)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.new`, path);
}

function pathOf(folder: StackFolder): string {
  return join(stateDirectory(folder), `untold-${folder.stack}.json`);
}

export interface UntoldOptions {
  readonly inventory: Pick<RequestedInventory, "applications" | "requests">;
  /** What is in the stack's state before anything is applied, by name. */
  readonly deployed: ReadonlyMap<string, DeployedService>;
  /** Names of secrets that were made just now. */
  readonly madeSecrets: readonly string[];
  readonly nowMs: number;
}

const recentMs = 31 * 86_400_000;

/**
 * Who is to be told once what is due is in effect. A request that is applied again, such as when its template's image changes, is told no more: one that
 * creates counts while its service is not there, another one in its first 31 days; what was written down counts until it is told.
 */
export function addUntold(
  known: readonly Untold[],
  due: readonly Pick<RequestRow, "request" | "approval">[],
  { inventory, deployed, madeSecrets, nowMs }: UntoldOptions,
): readonly Untold[] {
  const isNew = (service: string | undefined, member: string) => deployed.get(service ?? "")?.member !== member;
  const serviceOf = (id: string) => inventory.requests.find((each) => each.id === id)?.service;
  const replaced = new Set<string>();
  const added = due.flatMap(({ request, approval }): Untold[] => {
    const { id, service, member, change } = request;
    const isMade = isNew(service, member);
    // What never came to be is told with what came in its place.
    const before = known.filter((each) => each.id === id || (isMade && serviceOf(each.id) === service));
    for (const each of before) replaced.add(each.id);
    const dueAtMs = Math.max(Date.parse(request.date), approval?.mergedAtMs ?? 0);
    const isFirst = isMade || (change !== "create" && dueAtMs > nowMs - recentMs);
    if (before.length === 0 && !isFirst) return [];
    const knownSecrets = before.flatMap(({ secrets }) => secrets);
    const secrets = toldSecretsOf(request, inventory).filter(
      (each) => isNew(each.service, member) || madeSecrets.includes(each.name) || knownSecrets.includes(each.name),
    );
    return [{ id, secrets: secrets.map(({ name }) => name) }];
  });
  const stays = ({ id }: Untold) => !replaced.has(id) && inventory.requests.some((each) => each.id === id);
  return [...known.filter(stays), ...added];
}

/** Does the inventory still say what it asked for? */
export function isWanted(request: MemberRequest, inventory: Pick<RequestedInventory, "applications">): boolean {
  return request.change === "end"
    ? !inventory.applications.has(request.service)
    : applicationOf(request, inventory) !== undefined;
}
