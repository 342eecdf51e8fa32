import { dirname } from "node:path";
import type { PatchWindowSpec } from "@allmende/model";
import type { FeedProblem } from "@allmende/patching";
import type { Context } from "../context.js";
import { describeError } from "../output/errors.js";
import { findInventory } from "../stack/inventory-folder.js";

export interface CalendarFeedOptions {
  /** Stack whose configuration has secret addresses. */
  readonly stack?: string | undefined;
  /** Only this window is of interest. */
  readonly window?: string | undefined;
}

/** Calendars that windows need and nobody can read: these windows stay closed. */
export interface WithUnread {
  readonly unread: readonly FeedProblem[];
}

/**
 * What is declared, with the calendars that its windows name by their addresses. A copy that stands in for one is said on standard error, and so is one that
 * cannot be read: its windows stay closed, the others are as always. `path` is the inventory or a stack folder that has one.
 * Throws UserError `no-calendar` about the one window that is of interest.
 */
export async function readCalendars<Declared extends { readonly windows: readonly PatchWindowSpec[] }>(
  context: Context,
  path: string,
  declared: Declared,
  { stack, window: name }: CalendarFeedOptions = {},
): Promise<Declared & WithUnread> {
  const wanted = declared.windows.filter((window) => name === undefined || window.name === name);
  if (wanted.every(({ feeds = [] }) => feeds.length === 0)) return { ...declared, unread: [] };
  const { closeUnreadable, feedCopies, readFeeds } = await import("@allmende/patching");
  const folder = findInventory(path);
  const copies = feedCopies(folder);
  const read = await readFeeds(wanted, {
    copies,
    folder,
    file: "windows.yaml",
    signal: context.signal,
    secret: async (key) => {
      const { readConfigValue } = await import("../stack/config-secret.js");
      const { readStackFolder } = await import("../stack/folder.js");
      return await readConfigValue(readStackFolder(dirname(dirname(copies)), stack), key);
    },
  });
  const [problem] = read.problems;
  if (name !== undefined && problem !== undefined) throw problem.error;
  const warn = (text: string) => context.terminal.err(`${context.style.yellow("warning")}: ${text}\n`);
  for (const note of read.notes) warn(note);
  for (const { error } of read.problems) warn(`${error.message}\n  next: ${error.nextStep}`);
  return { ...declared, windows: closeUnreadable(declared.windows, read), unread: read.problems };
}

/** As `--json` has them. */
export function describeUnread({ unread }: WithUnread): object[] {
  return unread.map(({ window, error }) => ({ window, error: describeError(error) }));
}
