import { type MailSpec, type Occurrence, openOccurrence, type PatchWindowSpec, UserError } from "@allmende/model";
import { hostsOfWindow, type PlannedHost, planWaves, type WavePlan } from "@allmende/patching";
import type { HeldRequest } from "@allmende/requests";
import type { Context } from "../context.js";
import { sayHeld } from "../request/hold.js";
import type { StackFolder } from "../stack/folder.js";
import { readStackInventory } from "../stack/stack-inventory.js";
import { requireHosts } from "./targets.js";

/** The windows of a stack's inventory, and its hosts with their labels. */
export interface StackWindows {
  readonly windows: readonly PatchWindowSpec[];
  readonly hosts: readonly PlannedHost[];
}

/** With the requests that wait: who has services on which host goes without them. */
export interface DeclaredWindows extends StackWindows {
  readonly held: readonly HeldRequest[];
  /** Undefined: nobody is told by e-mail. */
  readonly mail: MailSpec | undefined;
}

/**
 * Reads the inventory of a stack, and says which requests wait; nothing is declared where there is none. Throws UserError `bad-inventory`.
 */
export async function readStackWindows(context: Context, folder: StackFolder): Promise<DeclaredWindows> {
  const declared = (await readStackInventory(folder)) ?? { windows: [], hosts: [], held: [], mail: undefined };
  sayHeld(context, declared.held);
  return declared;
}

/** The window of a name. Throws UserError `no-window`. */
export function findWindow({ windows }: StackWindows, name: string): PatchWindowSpec {
  const found = windows.find((window) => window.name === name);
  if (found !== undefined) return found;
  const known = windows.map((window) => window.name).join(", ");
  throw new UserError(`there is no patch window ${name}`, {
    code: "no-window",
    concerns: name,
    nextStep: known === "" ? "declare one in inventory/windows.yaml" : `its windows are: ${known}`,
  });
}

/** A window that is open, with what it means. */
export interface OpenWindow {
  readonly window: PatchWindowSpec;
  readonly occurrence: Occurrence;
  readonly plan: WavePlan;
}

/** The windows that are open at an instant, of the one named or of all. */
export function openWindows(stack: StackWindows, name: string | undefined, nowMs: number): OpenWindow[] {
  const windows = name === undefined ? stack.windows : [findWindow(stack, name)];
  return windows.flatMap((window) => {
    const occurrence = openOccurrence(window, nowMs);
    return occurrence === undefined ? [] : [{ window, occurrence, plan: planWaves(window, stack.hosts) }];
  });
}

/**
 * The window whose hosts, order and permissions an emergency run takes: the one named, or the only one.
 * Throws UserError `no-window`, `window-ambiguous`.
 */
export function emergencyWindow(stack: StackWindows, name: string | undefined): PatchWindowSpec {
  if (name !== undefined) return findWindow(stack, name);
  const [first, second] = stack.windows;
  if (first !== undefined && second === undefined) return first;
  if (first === undefined) return findWindow(stack, "at all");
  throw new UserError("the stack has several patch windows; an emergency run needs the hosts and waves of one", {
    code: "window-ambiguous",
    nextStep: `add --window NAME, one of ${stack.windows.map((window) => window.name).join(", ")}`,
  });
}

/**
 * The same stack with only those of its hosts that are named, of those that `windows` reach; no name means all.
 * Throws UserError `unknown-target`.
 */
export function narrowTo(
  targets: readonly string[] | undefined,
  windows: readonly PatchWindowSpec[],
  stack: StackWindows,
): StackWindows {
  if (targets === undefined) return stack;
  const reached = [...new Set(windows.flatMap((window) => hostNamesOf(window, stack)))];
  const of = windows.map((window) => window.name).join(", ");
  requireHosts(targets, reached, { of, whenNone: "see `allmende windows` for what is declared" });
  return { ...stack, hosts: stack.hosts.filter((host) => targets.includes(host.name)) };
}

/** Names of a window's hosts. */
export function hostNamesOf(window: PatchWindowSpec, stack: StackWindows): string[] {
  return hostsOfWindow(window, stack.hosts).map((host) => host.name);
}
