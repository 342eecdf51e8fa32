import { X509Certificate } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import {
  addFeeds,
  type BlackoutFeed,
  closeUnread,
  feedKey,
  feedUrlProblem,
  fieldOf,
  type PatchWindowSpec,
  renderDuration,
  UserError,
} from "@allmende/model";
import { type FetchedCalendar, type FetchOptions, fetchCalendar } from "./fetch-calendar.js";

/** Windows whose calendars are to be read. */
type FeedWindow = { readonly name: string; readonly feeds?: readonly BlackoutFeed[] | undefined };

export interface FeedOptions extends Omit<FetchOptions, "ca"> {
  /** Folder of that file: authorities (`ca`) lie in it. */
  readonly folder: string;
  /** File that the windows are declared in, as errors name it. */
  readonly file: string;
  /** A value of Pulumi's configuration. Throws UserError `no-config-value` where there is none. */
  readonly secret: (name: string) => Promise<string>;
  readonly nowMs?: number | undefined;
}

export interface ReadFeeds {
  /** By `feedKey`. */
  readonly texts: ReadonlyMap<string, string>;
  /** What of it is a copy: which, how old, and why. A line each. */
  readonly notes: readonly string[];
  /** What cannot be read, and has no copy that is young enough. One for each window and calendar. */
  readonly problems: readonly FeedProblem[];
}

/** A calendar that a window needs and nobody can read. */
export interface FeedProblem {
  readonly window: string;
  /** What happened, without saying where: `the server answers 503, and there is no copy of it`. */
  readonly why: string;
  /** The same as an error, `no-calendar`. Shows no address. */
  readonly error: UserError;
}

/**
 * Reads the calendars that windows name by their addresses, each once. One that cannot be read and has no copy that is young enough is a problem of
 * the windows that name it: there is no telling when these may open, and `closeUnreadable` keeps them closed. Nothing of it shows an address.
 * So is an address that is not there (`secret` throws UserError `no-config-value`), with that error's next step. Throws what else `secret` throws of ours.
 */
export async function readFeeds(windows: readonly FeedWindow[], options: FeedOptions): Promise<ReadFeeds> {
  const { file, nowMs = Date.now() } = options;
  const asked = new Map<string, Promise<FetchedCalendar>>();
  const texts = new Map<string, string>();
  const notes: string[] = [];
  const problems: FeedProblem[] = [];
  const fields = windows.flatMap(({ name, feeds = [] }) =>
    feeds.map((feed) => {
      const key = feedKey(feed.url);
      const question = JSON.stringify([key, feed.ca]);
      const calendar = asked.get(question) ?? readFeed(feed, options);
      calendar.catch(() => undefined);
      asked.set(question, calendar);
      return { window: name, field: `${file}: ${fieldOf(name, feed)}`, feed, key, calendar };
    }),
  );
  for (const { window, field, feed, key, calendar } of fields) {
    const refuse = (why: string, nextStep?: string) =>
      problems.push({ window, why, error: unreadable(`${field} (${shownAs(feed)})`, field, why, nextStep) });
    const read = await calendar.catch((error: unknown) => {
      options.signal?.throwIfAborted();
      if (error instanceof UserError && error.code === "no-config-value") {
        refuse(error.message, error.nextStep);
        return undefined;
      }
      if (error instanceof UserError) throw error;
      refuse(`${error instanceof Error ? error.message : String(error)}, and there is no copy of it`);
    });
    if (read === undefined) continue;
    const { text, confirmedAt, staleBecause } = read;
    if (staleBecause !== undefined) {
      const ageSeconds = Math.max(0, Math.round((nowMs - Date.parse(confirmedAt)) / 60_000) * 60);
      const copy = `its last copy is ${ageSeconds === 0 ? "less than a minute" : renderDuration(ageSeconds)} old`;
      if (ageSeconds > feed.maxAgeSeconds) {
        refuse(`${staleBecause}, and ${copy}, more than ${renderDuration(feed.maxAgeSeconds)} (maxAge)`);
        continue;
      }
      notes.push(`${field} (${shownAs(feed)}): the calendar cannot be read (${staleBecause}): ${copy} and counts`);
    }
    texts.set(key, text);
  }
  return { texts, notes, problems };
}

/** The windows with what their calendars say. One with a calendar that cannot be read stays closed, whatever the others say. */
export function closeUnreadable(
  windows: readonly PatchWindowSpec[],
  { texts, problems }: Pick<ReadFeeds, "texts" | "problems">,
): PatchWindowSpec[] {
  return windows.map((window) => {
    const problem = problems.find((each) => each.window === window.name);
    return problem === undefined ? addFeeds(window, texts) : closeUnread(window, texts, problem.why);
  });
}

async function readFeed({ url, ca }: BlackoutFeed, options: FeedOptions): Promise<FetchedCalendar> {
  const address = typeof url === "string" ? url : await options.secret(url.config);
  const problem = feedUrlProblem(address);
  if (problem !== undefined) throw new Error(`its address ${problem}`);
  const authority = ca === undefined ? undefined : await readAuthority(ca, options.folder);
  return await fetchCalendar(address, { ...options, ca: authority });
}

/** The text of an authority's file (PEM) in a folder. Throws an Error that says what is wrong with it. */
export async function readAuthority(file: string, folder: string): Promise<string> {
  const text = await readFile(join(folder, file), "utf8").catch(() => undefined);
  if (text === undefined) throw new Error(`there is no file ${file}, the authority (ca)`);
  try {
    return new X509Certificate(text) && text;
  } catch {
    throw new Error(`${file}, the authority (ca), is no certificate in PEM`);
  }
}

/** What may be shown of an address: its path may have a token in it, and one that is a secret is known by its name. */
function shownAs({ url }: BlackoutFeed): string {
  return typeof url === "string" ? new URL(url).origin : feedKey(url);
}

function unreadable(what: string, field: string, why: string, nextStep?: string): UserError {
  return new UserError(`${what}: the calendar of blackouts cannot be read: ${why}`, {
    code: "no-calendar",
    concerns: field,
    nextStep: `${nextStep ?? "make it readable again"}, or take it out of windows.yaml. Until then nobody knows when the window may open, so it stays closed; an emergency run asks no calendar`,
  });
}

/** Where last good copies of an inventory's calendars lie: beside the state of the stack that the inventory belongs to. */
export function feedCopies(inventory: string): string {
  const directory = resolve(inventory);
  const isStack = (path: string) => existsSync(join(path, "Pulumi.yaml"));
  const isInside = basename(directory) === "inventory" && !isStack(directory) && isStack(dirname(directory));
  return join(isInside ? dirname(directory) : directory, ".state", "calendars");
}
