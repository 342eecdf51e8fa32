import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { type BlackoutFeed, feedKey, feedUrlProblem, fieldOf, renderDuration, UserError } from "@allmende/model";
import { type FetchedCalendar, type FetchOptions, fetchCalendar } from "./fetch-calendar.js";

/** Windows whose calendars are to be read. */
type FeedWindow = { readonly name: string; readonly feeds?: readonly BlackoutFeed[] | undefined };

export interface FeedOptions extends FetchOptions {
  /** File that the windows are declared in, as errors name it. */
  readonly file: string;
  /** A value of Pulumi's configuration. */
  readonly secret: (name: string) => Promise<string>;
  readonly nowMs?: number | undefined;
}

export interface ReadFeeds {
  /** By `feedKey`. */
  readonly texts: ReadonlyMap<string, string>;
  /** What of it is a copy: which, how old, and why. A line each. */
  readonly notes: readonly string[];
}

/**
 * Reads the calendars that windows name by their addresses, each once. Throws UserError `no-calendar` about the first that cannot be read and has no copy
 * that is young enough: there is no telling when its window may open then. No error shows an address.
 */
export async function readFeeds(windows: readonly FeedWindow[], options: FeedOptions): Promise<ReadFeeds> {
  const { file, nowMs = Date.now() } = options;
  const asked = new Map<string, Promise<FetchedCalendar>>();
  const texts = new Map<string, string>();
  const notes: string[] = [];
  const fields = windows.flatMap(({ name, feeds = [] }) =>
    feeds.map((feed) => {
      const key = feedKey(feed.url);
      const calendar = asked.get(key) ?? readFeed(feed, options);
      calendar.catch(() => undefined);
      asked.set(key, calendar);
      return { field: `${file}: ${fieldOf(name, feed)}`, feed, key, calendar };
    }),
  );
  for (const { field, feed, key, calendar } of fields) {
    const { text, confirmedAt, staleBecause } = await calendar.catch((error: unknown) => {
      options.signal?.throwIfAborted();
      if (error instanceof UserError) throw error;
      throw refuse(field, `${error instanceof Error ? error.message : String(error)}, and there is no copy of it`);
    });
    if (staleBecause !== undefined) {
      const ageSeconds = Math.max(0, Math.round((nowMs - Date.parse(confirmedAt)) / 60_000) * 60);
      const copy = `its last copy is ${ageSeconds === 0 ? "less than a minute" : renderDuration(ageSeconds)} old`;
      if (ageSeconds > feed.maxAgeSeconds)
        throw refuse(field, `${staleBecause}, and ${copy}, more than ${renderDuration(feed.maxAgeSeconds)} (maxAge)`);
      notes.push(`${field}: the calendar cannot be read (${staleBecause}): ${copy} and counts`);
    }
    texts.set(key, text);
  }
  return { texts, notes };
}

async function readFeed({ url }: BlackoutFeed, options: FeedOptions): Promise<FetchedCalendar> {
  const address = typeof url === "string" ? url : await options.secret(url.config);
  const problem = feedUrlProblem(address);
  if (problem !== undefined) throw new Error(`its address ${problem}`);
  return await fetchCalendar(address, options);
}

function refuse(field: string, why: string): UserError {
  return new UserError(`${field}: the calendar of blackouts cannot be read: ${why}`, {
    code: "no-calendar",
    concerns: field,
    nextStep:
      "make it readable again, or take it out of windows.yaml. Until then nobody knows when the window may open, so it does not; an emergency run asks no calendar",
  });
}

/** Where last good copies of an inventory's calendars lie: beside the state of the stack that the inventory belongs to. */
export function feedCopies(inventory: string): string {
  const directory = resolve(inventory);
  const isStack = (path: string) => existsSync(join(path, "Pulumi.yaml"));
  const isInside = basename(directory) === "inventory" && !isStack(directory) && isStack(dirname(directory));
  return join(isInside ? dirname(directory) : directory, ".state", "calendars");
}
