import * as z from "zod";
import { parseBlackoutCalendar } from "./blackout-calendar.js";
import { parsePeriod, periodPattern } from "./duration.js";
import { UserError } from "./errors.js";
import type { BlackoutFeed, PatchWindowSpec } from "./patch-window.js";
import { checkedText, closedObject, parsedText } from "./schema-tools.js";
import { type SecretReference, secretReferenceSchema } from "./secrets-input.js";
import { unknownBlackout } from "./unreadable-calendar.js";

/** What feeds' addresses look like, for JSON Schema. */
const feedPattern = "^https?://\\S+$";

/** Where a window finds an authority's certificate; no part of it leads out of the folder. */
const authorityPattern = "^([A-Za-z0-9][A-Za-z0-9._-]*/)*[A-Za-z0-9][A-Za-z0-9._-]*\\.(pem|crt)$";

const feedUrl = checkedText(writtenUrlProblem).meta({
  title: "Address",
  description: "Where the calendar is had (ICS), over https; http on this machine alone",
  examples: ["https://calendar.example.org/holidays.ics"],
  pattern: feedPattern,
});

/** A calendar that is fetched. Its address may be a secret: many have a token in it. */
export const feedSchema = closedObject({
  url: z
    .union([feedUrl, secretReferenceSchema], {
      error: (issue) =>
        issue.input === undefined
          ? undefined
          : typeof issue.input === "string"
            ? writtenUrlProblem(issue.input)
            : "must be an https address, or { config: name } when it has a token in it",
    })
    .meta({ title: "Address", description: "https address of the calendar (ICS), or { config: name }" }),
  maxAge: parsedText(parsePeriod, {
    title: "Age",
    description:
      "For how long the last copy counts when the address cannot be read; afterwards, the window stays closed until it can",
    examples: ["7d"],
    pattern: periodPattern,
  }),
  ca: checkedText((file) =>
    new RegExp(authorityPattern).test(file)
      ? undefined
      : "must be a file beside windows.yaml or in a folder there, such as certificates/ca.pem",
  )
    .optional()
    .meta({
      title: "CA",
      description:
        "File (PEM) beside windows.yaml with the authority of one's own that its server's certificate comes from; without it, those that the machine trusts count",
      examples: ["certificates/ca.pem"],
      pattern: authorityPattern,
    }),
});

/** Why an address is none that a calendar is fetched from. Says nothing of the address: it may be secret. */
export function feedUrlProblem(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !new RegExp(feedPattern).test(text))
    return "must be an address such as https://calendar.example.org/holidays.ics, or { config: name }";
  if (url.protocol === "https:" || isLoopback(url.hostname)) return undefined;
  return "must be https: over http, anybody on the way could make blackouts disappear";
}

/** The same of an address that stands in a file: a login in it would be a secret that everybody who has the file can read. */
function writtenUrlProblem(text: string): string | undefined {
  const problem = feedUrlProblem(text);
  if (problem !== undefined) return problem;
  const { username, password } = new URL(text);
  return username === "" && password === ""
    ? undefined
    : "must have no name or password in it; take { config: NAME }, and set it: pulumi config set --secret NAME";
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}

/** How a feed is called where calendars are given by name: its address, or `config:NAME`. */
export function feedKey(url: string | SecretReference): string {
  return typeof url === "string" ? url : `config:${url.config}`;
}

/**
 * Throws UserError `feed-not-read` when a calendar of a window was declared by its address and is not there: a blackout must not get lost,
 * so nobody can say when such a window opens.
 */
export function requireFeeds({ name, feeds = [] }: Pick<PatchWindowSpec, "name" | "feeds">): void {
  const [first] = feeds;
  if (first === undefined) return;
  throw new UserError(`the calendar ${fieldOf(name, first)} was not read, so it is not known when ${name} opens`, {
    code: "feed-not-read",
    concerns: "windows.yaml",
    nextStep: "give the calendar's text, or fetch it first",
  });
}

/** The window with the texts of its calendars, by `feedKey`; those that are not among them stay to be read. Throws UserError `bad-calendar`. */
export function addFeeds(window: PatchWindowSpec, texts: ReadonlyMap<string, string>): PatchWindowSpec {
  const { feeds = [], blackouts, ...rest } = window;
  const left = feeds.filter(({ url }) => !texts.has(feedKey(url)));
  const read = feeds.flatMap(({ url }) => parseBlackoutCalendar(texts.get(feedKey(url)) ?? emptyCalendar));
  return { ...rest, blackouts: [...blackouts, ...read], ...(left.length === 0 ? {} : { feeds: left }) };
}

/** The window with what could be read of its calendars, closed because of one that cannot. Throws UserError `bad-calendar`. */
export function closeUnread(window: PatchWindowSpec, texts: ReadonlyMap<string, string>, why: string): PatchWindowSpec {
  const { feeds: _, blackouts, ...rest } = addFeeds(window, texts);
  return { ...rest, blackouts: [...blackouts, unknownBlackout(why)] };
}

const emptyCalendar = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-\r\nEND:VCALENDAR\r\n";

/** `nightly.blackouts[1].url`, as in windows.yaml. */
export function fieldOf(window: string, { index }: BlackoutFeed): string {
  return `${window}.blackouts[${index}].url`;
}
