import { beginsOf, type CalendarDate, type Language, type WorkSpec, wallTimeAt } from "@allmende/model";
import { beginOfDay } from "../request/dates.js";
import type { HeldRequest } from "../request/hold.js";
import type { RequestedInventory } from "../request/inventory.js";
import type { MemberRequest } from "../request/request.js";
import { type PlannedTexts, plannedTexts } from "./texts.js";

export interface PlannedDatesOptions {
  readonly fromMs: number;
  readonly toMs: number;
  readonly language: Language;
  /** Only what is this member's. */
  readonly member?: string | undefined;
  /** Ids of the requests that enough others approved: all others are tentative. */
  readonly approved: ReadonlySet<string>;
}

/** Requests with days, and those that are held: these are tentative. */
interface Planned extends Pick<RequestedInventory, "requests" | "voided" | "work"> {
  readonly held: readonly HeldRequest[];
}

/**
 * Days of requests that do something, target dates of work, and planned blocks that share some time with [fromMs, toMs), by begin. What is done has no date any more.
 * Blocks are the cooperative's own: no member has them.
 */
export function plannedDates(
  { requests, voided, work, held }: Planned,
  { fromMs, toMs, language, member, approved }: PlannedDatesOptions,
): CalendarDate[] {
  if (work === undefined) return [];
  const texts = plannedTexts[language];
  const isOwn = (request: MemberRequest) => member === undefined || request.member === member;
  const found = [
    ...requests
      .filter((each) => isOwn(each) && !voided.has(each.id))
      .flatMap((request) => {
        const dates = datesOf(request, work.zone, texts);
        return approved.has(request.id) ? dates : dates.map((date) => tentative(date, [texts.notApproved]));
      }),
    ...held
      .filter(({ request }) => isOwn(request))
      .flatMap(({ request, problems }) =>
        datesOf(request, work.zone, texts)
          .map((date) => ({ ...date, summary: texts.waits(date.summary) }))
          .map((date) => tentative(date, [texts.waitsBecause, ...problems(language)])),
      ),
    ...(member === undefined ? blocksOf(work, fromMs, toMs, language) : []),
  ];
  return found
    .filter(({ startMs, endMs }) => startMs < toMs && fromMs < endMs)
    .sort((one, other) => one.startMs - other.startMs || (one.id < other.id ? -1 : 1));
}

function tentative(date: CalendarDate, why: readonly string[]): CalendarDate {
  return { ...date, lines: [...date.lines, ...why], isTentative: true };
}

function datesOf(request: MemberRequest, zone: string, texts: PlannedTexts): CalendarDate[] {
  const { id, member, date } = request;
  const lines = [texts.forMember(member), texts.request(id)];
  const name = `request/${id}`;
  if (request.change !== "work") {
    const summary = texts.changes[request.change](request.service);
    return [{ id: name, ...dayOf(date, zone), summary, lines: [...lines, texts.from(date)] }];
  }
  if (request.done) return [];
  const { title, description, targetDate } = request;
  const said = description === undefined ? lines : [...lines, description.trim()];
  const target =
    targetDate === undefined ? [] : [{ id: `${name}/target`, date: targetDate, text: texts.target(title) }];
  return [{ id: name, date, text: title }, ...target].map((each) => ({
    ...{ id: each.id, ...dayOf(each.date, zone), summary: each.text, lines: said },
  }));
}

function dayOf(date: string, zone: string): Pick<CalendarDate, "startMs" | "endMs" | "days"> {
  const until = new Date(Date.parse(`${date}T00:00Z`) + 86_400_000).toISOString().slice(0, 10);
  return { startMs: beginOfDay(date, zone), endMs: beginOfDay(until, zone), days: { from: date, until } };
}

function blocksOf({ blocks, zone }: WorkSpec, fromMs: number, toMs: number, language: Language): CalendarDate[] {
  const texts = plannedTexts[language];
  return blocks.flatMap(({ name, title, durationSeconds, ...series }) => {
    const lengthMs = durationSeconds * 1000;
    return beginsOf({ ...series, zone }, fromMs - lengthMs, toMs).map(({ startMs }): CalendarDate => {
      const [start, end] = [startMs, startMs + lengthMs].map((ms) => wallTimeAt(ms, zone).slice(0, 16)) as [
        string,
        string,
      ];
      const lines = [texts.block, texts.times(start.replace("T", " "), end.replace("T", " "), zone)];
      const id = `block/${name}/${new Date(startMs).toISOString()}`;
      return { id, startMs, endMs: startMs + lengthMs, summary: title[language], lines };
    });
  });
}
