import { dirname } from "node:path";
import type { PatchWindowSpec } from "@allmende/model";
import type { Context } from "../context.js";
import { findInventory } from "../stack/inventory-folder.js";

export interface CalendarFeedOptions {
  /** Stack whose configuration has secret addresses. */
  readonly stack?: string | undefined;
  /** Only this window is of interest. */
  readonly window?: string | undefined;
}

/**
 * What is declared, with the calendars that its windows name by their addresses; a copy that stands in for one is said on standard error.
 * `path` is the inventory or a stack folder that has one. Throws UserError `no-calendar`, `no-config-value`.
 */
export async function readCalendars<Declared extends { readonly windows: readonly PatchWindowSpec[] }>(
  context: Context,
  path: string,
  declared: Declared,
  { stack, window: name }: CalendarFeedOptions = {},
): Promise<Declared> {
  const wanted = declared.windows.filter((window) => name === undefined || window.name === name);
  if (wanted.every(({ feeds = [] }) => feeds.length === 0)) return declared;
  const { addFeeds } = await import("@allmende/model");
  const { feedCopies, readFeeds } = await import("@allmende/patching");
  const copies = feedCopies(findInventory(path));
  const { texts, notes } = await readFeeds(wanted, {
    copies,
    file: "windows.yaml",
    signal: context.signal,
    secret: async (key) => {
      const { readConfigValue } = await import("../stack/config-secret.js");
      const { readStackFolder } = await import("../stack/folder.js");
      return await readConfigValue(readStackFolder(dirname(dirname(copies)), stack), key);
    },
  });
  for (const note of notes) context.terminal.err(`${context.style.yellow("warning")}: ${note}\n`);
  return { ...declared, windows: declared.windows.map((window) => addFeeds(window, texts)) };
}
