import type { WorkBlock, WorkSpec } from "@allmende/model";
import { expect, it } from "vitest";
import type { MemberRequest } from "../request/request.js";
import { plannedDates } from "./planned-dates.js";

const at = (instant: string) => Date.parse(instant);
const request = (id: string, rest: object) =>
  ({ id, file: `requests/${id}.yaml`, askedBy: "x@example.org", ...rest }) as unknown as MemberRequest;
const work = (more: object) => ({
  interrupted: false,
  effort: [],
  done: false,
  change: "work",
  title: "Move",
  ...more,
});
const requests = [
  request("a", { change: "create", service: "anna-shop", member: "anna", date: "2026-12-04" }),
  request("b", { change: "change", service: "anna-shop", member: "anna", date: "2026-12-06" }),
  request("c", { change: "end", service: "ben-shop", member: "ben", date: "2026-12-05" }),
  request("d", work({ member: "ben", date: "2026-12-03", targetDate: "2026-12-24", description: "All of it\n" })),
  request("e", work({ member: "ben", date: "2026-12-03", done: true })),
  request("f", { change: "create", service: "late", member: "anna", date: "2027-06-01" }),
];
const block: WorkBlock = {
  ...{ name: "restores", title: { de: "Rücksicherung", en: "Restores" }, recurrence: "FREQ=WEEKLY" },
  ...{ start: "2026-11-23T09:00", durationSeconds: 4 * 3600 },
};
const inventory = {
  ...{ requests, voided: new Map<string, string>(), held: [] },
  work: { zone: "Europe/Berlin", blocks: [block] } as unknown as WorkSpec,
};
const december = {
  approved: new Set("abcdef"),
  fromMs: at("2026-12-01T00:00Z"),
  toMs: at("2026-12-31T00:00Z"),
  language: "en",
} as const;
const summaries = (options: Partial<Parameters<typeof plannedDates>[1]> = {}) =>
  plannedDates(inventory, { ...december, ...options }).map(({ summary }) => summary);

it("has requests on their day, work until it is done, target dates, and blocks, in order", () => {
  expect(summaries()).toEqual([
    "Move",
    "New: anna-shop",
    "End of ben-shop",
    "Change of anna-shop",
    "Restores",
    "Restores",
    "Restores",
    "Target date: Move",
    "Restores",
  ]);
});

it("tells what is approved, what is not yet, and what waits", () => {
  const [first, second, ...rest] = requests as [MemberRequest, MemberRequest, ...MemberRequest[]];
  const held = [{ request: second, problems: () => ["port 8090 is taken"] }];
  const approved = new Set(["a"]);
  const dates = plannedDates({ ...inventory, requests: [first, ...rest], held }, { ...december, approved });
  const of = (text: string) => dates.find(({ summary }) => summary.includes(text));
  expect(of("New: anna-shop")?.isTentative).toBeUndefined();
  expect(of("End of ben-shop")).toMatchObject({
    isTentative: true,
    lines: expect.arrayContaining(["Not approved yet"]),
  });
  expect(of("Change of anna-shop")).toMatchObject({
    summary: "Change of anna-shop (waits)",
    isTentative: true,
    lines: expect.arrayContaining(["port 8090 is taken"]),
  });
});

it("gives a member what is theirs, and nothing of anybody else", () => {
  expect(summaries({ member: "anna" })).toEqual(["New: anna-shop", "Change of anna-shop"]);
  expect(JSON.stringify(plannedDates(inventory, { ...december, member: "anna" }))).not.toMatch(/ben|Move|Restores/);
  expect(summaries({ member: "nobody" })).toEqual([]);
});

it("knows days and hours in the zone of work.yaml, on both sides of a change of clocks", () => {
  const [day] = plannedDates({ ...inventory, requests: requests.slice(0, 1) }, { ...december, member: "anna" });
  expect(day).toMatchObject({ startMs: at("2026-12-03T23:00Z"), days: { from: "2026-12-04", until: "2026-12-05" } });
  const march = { ...december, fromMs: at("2027-03-22T00:00Z"), toMs: at("2027-03-30T00:00Z") };
  expect(plannedDates(inventory, march).map(({ startMs, lines }) => [startMs, lines[1]])).toEqual([
    [at("2027-03-22T08:00Z"), "From 2027-03-22 09:00 to 2027-03-22 13:00 (Europe/Berlin)"],
    [at("2027-03-29T07:00Z"), "From 2027-03-29 09:00 to 2027-03-29 13:00 (Europe/Berlin)"],
  ]);
});

it("keeps its ids in every language, for whomever and whenever it is made; and speaks German", () => {
  const ids = (options: object) => plannedDates(inventory, { ...december, ...options }).map(({ id }) => id);
  const all = ids({});
  expect(new Set(all).size).toBe(all.length);
  expect(ids({ language: "de" })).toEqual(all);
  expect(all).toEqual(expect.arrayContaining(ids({ member: "anna", fromMs: at("2026-12-05T00:00Z") })));
  const [move, shop] = plannedDates(inventory, { ...december, language: "de" });
  expect(move).toMatchObject({ summary: "Move", lines: ["Für ben", "Antrag d", "All of it"] });
  expect(shop).toMatchObject({ summary: "Neu: anna-shop", lines: ["Für anna", "Antrag a", "Gilt ab 2026-12-04"] });
});

it("is open at a block that has begun before", () => {
  const during = { ...december, fromMs: at("2026-12-07T10:00Z"), toMs: at("2026-12-07T10:01Z") };
  expect(summaries(during)).toEqual(["Restores"]);
  expect(summaries({ ...during, fromMs: at("2026-12-07T12:00Z"), toMs: at("2026-12-07T12:01Z") })).toEqual([]);
});
