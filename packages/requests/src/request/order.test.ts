import { describe, expect, it } from "vitest";
import { plannedDates } from "../calendar/planned-dates.js";
import { renderCheck } from "./render-check.js";
import { settleRequests } from "./settle.js";
import {
  type Asked,
  asOf,
  change,
  check,
  create,
  end,
  filesWith,
  inventoryAt,
  templates,
} from "./testing/site-requests.js";
import { requestTexts } from "./texts.js";

const mib = 2 ** 20;
const cache = create("anna-cache", "2026-11-28", "port: 8090");
const swapped = {
  cache,
  late: change("anna-cache", "2026-12-10", "ram: 96MiB"),
  soon: change("anna-cache", "2026-12-04", "ram: 56MiB"),
};

function ramAt(asked: Asked, instant: string) {
  return inventoryAt(asked, asOf(instant)).services.map(({ name, ramBytes }) => [name, ramBytes / mib]);
}

describe("changes of which the days are in another order than the asking", () => {
  it("count in the order of their days", () => {
    expect(ramAt(swapped, "2026-12-03T12:00Z")).toEqual([["anna-cache", 48]]);
    expect(ramAt(swapped, "2026-12-04T12:00Z")).toEqual([["anna-cache", 56]]);
    expect(ramAt(swapped, "2026-12-11T12:00Z")).toEqual([["anna-cache", 96]]);
    expect(inventoryAt(swapped, Number.POSITIVE_INFINITY).services[0]?.ramBytes).toBe(96 * mib);
  });

  it("of one day count in the order of asking", () => {
    const asked = { ...swapped, soon: change("anna-cache", "2026-12-10", "ram: 56MiB") };
    expect(ramAt(asked, "2026-12-10T12:00Z")).toEqual([["anna-cache", 56]]);
  });

  it("are shown as of their own day, with what another accepted one sets afterwards", () => {
    const { findings, effect } = check(swapped, "soon");
    expect(findings).toEqual([]);
    expect(effect?.services).toMatchObject([{ ramBeforeBytes: 48 * mib, ramAfterBytes: 56 * mib }]);
    expect(effect?.price).toMatchObject({ before: "0.19", after: "0.22", memberBefore: "0.19", memberAfter: "0.22" });
    expect(effect?.values).toMatchObject([{ name: "ram", before: "48MiB", after: "56MiB" }]);
    expect(effect?.later).toMatchObject([
      { request: "late", date: "2026-12-10", change: "change", sets: [{ name: "ram", value: "96MiB" }] },
    ]);
    expect(check(swapped, "late").effect).toMatchObject({
      later: [],
      services: [{ ramBeforeBytes: 56 * mib, ramAfterBytes: 96 * mib }],
    });
  });

  it("are told to who reviews and who asks, in both languages", () => {
    const shown = (language: "de" | "en") =>
      renderCheck(check(swapped, "soon", undefined, language), requestTexts[language]);
    expect(shown("en")).toContain("from 2026-12-10 on another accepted request, `late`, sets RAM to `96MiB`");
    expect(shown("de")).toContain("ab 2026-12-10 setzt ein anderer angenommener Antrag, `late`, RAM auf `96MiB`");
  });

  it("leave the place that a later one needs", () => {
    const asked = {
      cache,
      late: change("anna-cache", "2026-12-10", "ram: 200MiB"),
      shop: create("anna-shop", "2026-12-04", "port: 8091, ram: 200MiB"),
    };
    const { messages, effect } = check(asked, "shop");
    expect(messages).toEqual([expect.stringMatching(/^from 2026-12-10 on: does not fit on web1: .*up to \d+ MiB/)]);
    expect(effect?.services).toMatchObject([{ ramBeforeBytes: undefined, ramAfterBytes: 200 * mib }]);
    const fitting = /up to (\d+) MiB/.exec(messages.join())?.[1];
    const most = { ...asked, shop: create("anna-shop", "2026-12-04", `port: 8091, ram: ${fitting}MiB`) };
    expect(check(most, "shop").findings).toEqual([]);
    expect(check(most, "shop").effect?.rooms[0]?.soldBytes).toBeGreaterThan(500 * mib);
    const held = settleRequests(filesWith(asked), {
      ...{ templates, nowMs: asOf("2026-11-30T12:00Z"), arrivals: ["cache", "late", "shop"], applied: new Set() },
    }).held;
    expect(held.map(({ id }) => id)).toEqual(["shop"]);
  });

  it("may be for days before an end that was accepted, and say so", () => {
    const asked = {
      cache,
      end: end("anna-cache", "2026-12-10"),
      soon: change("anna-cache", "2026-12-04", "ram: 56MiB"),
    };
    const result = check(asked, "soon");
    expect(result.findings).toEqual([]);
    expect(renderCheck(result, requestTexts.en)).toContain(
      "`anna-cache` ends on 2026-12-10, with `end`, which was accepted",
    );
    expect(ramAt(asked, "2026-12-05T12:00Z")).toEqual([["anna-cache", 56]]);
    expect(ramAt(asked, "2026-12-10T12:00Z")).toEqual([]);
  });

  it("keep a name to those who had it until its end", () => {
    const asked = {
      cache,
      end: end("anna-cache", "2026-12-10"),
      again: create("anna-cache", "2026-12-05", "port: 8091"),
    };
    expect(check(asked, "again").messages.join()).toMatch(/"anna-cache" is taken by requests\/cache\.yaml/);
  });
});

it("tells on which days a service is there", () => {
  const asked = { first: create("anna-cache", "2026-12-03", "port: 8090"), end: end("anna-cache", "2026-12-10") };
  const soon = check({ ...asked, soon: change("anna-cache", "2026-12-02", "ram: 56MiB") }, "soon");
  expect(soon.messages).toEqual([
    '"anna-cache" is there from 2026-12-03 on only, with first: choose that day or a later one',
  ]);
  const late = { ...asked, late: change("anna-cache", "2026-12-12", "ram: 56MiB") };
  expect(check(late, "late", undefined, "de").messages).toEqual([
    "„anna-cache“ endet am 2026-12-10 mit end: danach ist nichts mehr davon da",
  ]);
  // Both were accepted at the same time, each without the other.
  expect(ramAt(late, "2026-12-12T12:00Z")).toEqual([]);
});

it("has the calendar's days in that order", () => {
  const dates = plannedDates(
    { ...inventoryAt(swapped, asOf("2026-11-29T12:00Z")), held: [] },
    {
      ...{ approved: new Set(Object.keys(swapped)), language: "en" },
      ...{ fromMs: asOf("2026-12-01T00:00Z"), toMs: asOf("2026-12-31T00:00Z") },
    },
  );
  expect(dates.map(({ id }) => id)).toEqual(["request/soon", "request/late"]);
});
