import { renderCount, UserError } from "@allmende/model";
import { type HeldRequest, loadRequestedInventory, type RequestedInventory } from "@allmende/requests";
import { placeFindings, renderFinding } from "../output/findings.js";
import { readAccepted } from "../request/requested.js";
import { type SettledRequests, settleRequested } from "../request/settled.js";
import { readStackFolder, type StackFolder } from "./folder.js";
import { hasInventory } from "./inventory-folder.js";

/** An inventory without the requests that wait, and these. */
export interface SettledInventory extends RequestedInventory {
  readonly held: readonly HeldRequest[];
}

/** The inventory of a stack; undefined when it has none. Throws UserError `bad-inventory`. */
export async function readStackInventory(folder: StackFolder): Promise<SettledInventory | undefined> {
  return hasInventory(folder.directory) ? await loadInventoryFolder(folder.directory, { folder }) : undefined;
}

/** The inventory at `path`, as `readInventoryFolder` finds it, without requests that wait. UserError `bad-inventory` with all findings. */
export async function loadInventoryFolder(
  path: string,
  { folder, nowMs = Date.now() }: { readonly folder?: StackFolder; readonly nowMs?: number } = {},
): Promise<SettledInventory> {
  const settled = await settleFolder(path, { folder, nowMs });
  return loadSettled(path, settled, nowMs);
}

/** What was settled, as it is at an instant. UserError `bad-inventory` with all findings. */
export function loadSettled(
  path: string,
  { directory, files, templates, held }: SettledRequests,
  nowMs: number,
): SettledInventory {
  const loaded = loadRequestedInventory(files, { templates, nowMs });
  if (loaded.ok) return { ...loaded.value, held };
  const lines = placeFindings(directory, loaded.findings).map((finding) => renderFinding(finding));
  const count = renderCount(lines.length, "thing is", "things are");
  throw new UserError([`${count} wrong with the inventory:`, ...lines].join("\n  "), {
    code: "bad-inventory",
    concerns: path,
    nextStep: "correct the files: `allmende check` shows this as well",
  });
}

/** The inventory's files at `path` and its requests that wait. Where the stack's state cannot be read, who came first decides alone. */
export async function settleFolder(
  path: string,
  { folder = stackAt(path), nowMs }: { readonly folder?: StackFolder | undefined; readonly nowMs: number },
): Promise<SettledRequests> {
  const requested = readAccepted(path);
  return await settleRequested(requested, { folder, nowMs }).catch(
    async () => await settleRequested(requested, { nowMs }),
  );
}

function stackAt(path: string): StackFolder | undefined {
  try {
    return readStackFolder(path);
  } catch {
    return undefined; // An inventory alone, or one of several stacks.
  }
}
