import { join } from "node:path";
import { feedUrlProblem, parseBlackoutCalendar } from "@allmende/model";
import { type Copy, type CopyNote, digest, readCopy, writeCopy } from "../download/kept-copy.js";
import { conditions, marksOf, type RequestLimits, readBody, takeLogin } from "../download/response.js";
import { failureOf } from "./feed-failure.js";
import { askTrusting } from "./trusted-fetch.js";

export interface FetchOptions extends RequestLimits {
  /** Where last good copies lie. */
  readonly copies: string;
  /** In PEM, the one authority that its server's certificate must come from; undefined: those that this machine trusts. */
  readonly ca?: string | undefined;
}

interface CalendarNote extends CopyNote {
  /** When the server last said that this is its calendar; ISO 8601. */
  readonly confirmedAt: string;
}

/** A calendar that can be understood. */
export interface FetchedCalendar {
  readonly text: string;
  readonly confirmedAt: string;
  /** Why it is the last copy. */
  readonly staleBecause?: string | undefined;
}

const mostRedirects = 5;

/**
 * The calendar at an address, or its last good copy, whatever the copy's age, with the reason. What is no calendar replaces no copy. Throws an Error
 * that says nothing of the address (it may be secret) when there is neither.
 */
export async function fetchCalendar(address: string, options: FetchOptions): Promise<FetchedCalendar> {
  const path = join(options.copies, digest(address).slice(0, 32));
  const copy = understood(await readCopy<CalendarNote>(path));
  try {
    const fresh = await ask(address, copy, options);
    // A folder that cannot be written is no reason to leave the truth aside.
    await writeCopy(path, fresh).catch(() => undefined);
    return calendarOf(fresh);
  } catch (error) {
    options.signal?.throwIfAborted();
    const staleBecause = failureOf(error, address);
    if (copy === undefined) throw new Error(staleBecause);
    return { ...calendarOf(copy), staleBecause };
  }
}

/** A copy that was understood once, and is no more, is none. */
function understood(copy: Copy<CalendarNote> | undefined): Copy<CalendarNote> | undefined {
  if (copy === undefined) return undefined;
  try {
    parseBlackoutCalendar(calendarOf(copy).text);
    return copy;
  } catch {
    return undefined;
  }
}

async function ask(
  address: string,
  copy: Copy<CalendarNote> | undefined,
  options: FetchOptions,
): Promise<Copy<CalendarNote>> {
  const asking = await askTrusting(options.ca);
  try {
    return await askWith(asking.fetch, address, copy, options);
  } finally {
    await asking.close();
  }
}

async function askWith(
  fetching: typeof fetch,
  address: string,
  copy: Copy<CalendarNote> | undefined,
  { signal, timeoutMs = 20_000, maximumBytes = 4 * 1024 * 1024 }: FetchOptions,
): Promise<Copy<CalendarNote>> {
  const deadline = AbortSignal.timeout(timeoutMs);
  const response = await follow(
    fetching,
    address,
    conditions(copy?.note),
    signal ? AbortSignal.any([signal, deadline]) : deadline,
  );
  const confirmedAt = new Date().toISOString();
  if (response.status === 304 && copy !== undefined) return { ...copy, note: { ...copy.note, confirmedAt } };
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`the server answers ${response.status} ${response.statusText}`.trim());
  }
  const bytes = await readBody(response, maximumBytes);
  const fresh = { bytes, note: { sha256: digest(bytes), ...marksOf(response), confirmedAt } };
  try {
    parseBlackoutCalendar(calendarOf(fresh).text);
  } catch (error) {
    throw new Error(`what comes from there ${unquoted(error)}`);
  }
  return fresh;
}

/** What is no calendar may be anything, and is not shown: a page that tells of its own address, for one. */
function unquoted(error: unknown): string {
  const message = error instanceof Error ? error.message : "cannot be read";
  return message.replace(/^(is no ICS calendar): .*$/s, "$1");
}

/** Each step is judged as the first: a redirect may not lead to where anybody on the way can change what comes. */
async function follow(
  fetching: typeof fetch,
  address: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<Response> {
  let url = new URL(address);
  const login = takeLogin(url);
  const { origin } = url;
  for (let step = 0; step <= mostRedirects; step += 1) {
    const problem = feedUrlProblem(url.href);
    if (problem !== undefined)
      throw new Error(`${step === 0 ? "its address" : "the address that it redirects to"} ${problem}`);
    const own = url.origin === origin ? login : {};
    const request = { headers: { ...headers, ...own, accept: "text/calendar", "user-agent": "allmende" } };
    const response = await fetching(url, { ...request, signal, redirect: "manual" });
    const location = response.headers.get("location");
    if (response.status < 300 || response.status > 399 || response.status === 304 || location === null) return response;
    await response.body?.cancel();
    if (!URL.canParse(location, url.href)) throw new Error("it redirects to what is no address");
    url = new URL(location, url);
  }
  throw new Error(`it redirects more than ${mostRedirects} times`);
}

function calendarOf({ bytes, note }: Copy<CalendarNote>): FetchedCalendar {
  return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), confirmedAt: note.confirmedAt };
}
