import { loadInventory } from "@allmende/model";
import { describe, expect, it } from "vitest";
import { loadRequests } from "../request/load-requests.js";
import { reportWork } from "./report.js";

const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1k0pM0XQZ8dpkmdJ8Z1ZDkVcM3mQ8L7n0mGq0Jm0aB";
const reason = "reason: { de: Grund, en: Reason }";
const workFile = `zone: Europe/Berlin
leadTime: { default: 3d }
deviation: 20
rules:
  - { kind: incident, when: { interrupted: true }, ${reason} }
  - { kind: maintenance, when: { outsideService: true }, ${reason} }
  - { kind: webmaster-on-demand, when: { change: [work], estimateAtMost: 4h }, ${reason} }
  - { kind: service-request, when: { change: [create, change, end] }, ${reason} }
blocks:
  restores: { title: { de: Probe, en: Trial }, start: "2026-11-02T09:00", duration: 2h, recurrence: FREQ=WEEKLY }
`;
const tariffFile =
  'currency: EUR\nram: "4.00"\nlastMinuteSurcharge: "25.00"\nhourlyRates: { webmaster-on-demand: "60.00" }\n';
const span = { fromMs: Date.parse("2026-11-01T00:00Z"), toMs: Date.parse("2026-12-01T00:00Z") };

const job = (more: string, askedAt = "2026-11-09T07:00:00Z") =>
  `change: work\ntitle: A job\nmember: anna\naskedBy: anna@example.org\naskedAt: ${askedAt}\ndate: 2026-11-09\n${more}`;
const effort = (...spent: readonly (readonly [start: string, minutes: number])[]) =>
  `effort: [${spent.map(([start, minutes]) => `{ start: "${start}", minutes: ${minutes}, by: hanna }`).join(", ")}]\n`;

function report(requests: Readonly<Record<string, string>>) {
  const files = new Map(Object.entries(requests).map(([id, text]) => [`requests/${id}.yaml`, text]));
  const loaded = loadRequests(files);
  expect(loaded.findings).toEqual([]);
  const inventory = loadInventory(
    new Map([
      ["hosts.yaml", `web1: { address: a.example.org, hostKey: ${hostKey}, reserve: 256MiB }\n`],
      ["work.yaml", workFile],
      ["tariff.yaml", tariffFile],
    ]),
  );
  if (!inventory.ok || inventory.value.work === undefined) throw new Error(JSON.stringify(inventory));
  const { work, tariff } = inventory.value;
  return reportWork(loaded.requests, work, tariff, span, () => undefined);
}

it("tells what was plannable and what was not, by kind, with what it took", () => {
  const told = report({
    a: job(`interrupted: true\n${effort(["2026-11-09T06:00Z", 30])}`),
    b: job(`estimate: 2h\n${effort(["2026-11-10T12:00Z", 90])}`),
    c: job(""),
    outside: job(effort(["2026-12-02T12:00Z", 30]), "2026-10-20T12:00:00Z"),
  });
  expect(told.unplanned).toEqual({ requests: 1, minutes: 30 });
  expect(told.plannable).toEqual({ requests: 2, minutes: 90 });
  expect(told.kinds).toEqual({
    incident: { requests: 1, minutes: 30 },
    "webmaster-on-demand": { requests: 1, minutes: 90 },
    unclassified: { requests: 1, minutes: 0 },
  });
  expect(told.billed).toEqual([{ id: "b", member: "anna", kind: "webmaster-on-demand", minutes: 90, amount: "90.00" }]);
});

it("names what the rules sorted wrongly, who said so and why", () => {
  const told = report({
    right: job("interrupted: true\nkind: { is: incident, reason: it is, by: hanna }\n"),
    wrong: job("estimate: 2h\nkind: { is: incident, reason: the shop was down, by: hanna }\n"),
  });
  expect(told.misfiled).toEqual([
    { id: "wrong", byRule: "webmaster-on-demand", kind: "incident", by: "hanna", reason: "the shop was down" },
  ]);
  expect(told.unplanned.requests).toBe(2);
});

describe("displaced planned blocks", () => {
  // On Mondays at 9 in Berlin: 8 by UTC.
  it("count by the time in them in which somebody worked on something unplanned", () => {
    const { displaced } = report({
      a: job(`interrupted: true\n${effort(["2026-11-09T07:30Z", 60], ["2026-11-16T12:00Z", 60])}`),
      b: job(`interrupted: true\n${effort(["2026-11-09T08:15Z", 60])}`),
      planned: job(`outsideService: true\n${effort(["2026-11-23T08:00Z", 60])}`),
    });
    // From 9:00 to 9:30 for a, from 9:15 to 10:15 for b.
    expect(displaced).toEqual([
      { block: "restores", startMs: Date.parse("2026-11-09T08:00Z"), minutes: 75, by: ["a", "b"] },
    ]);
  });

  it("are displaced once where two people work at once, and no longer than they are", () => {
    const all = job(`interrupted: true\n${effort(["2026-11-09T07:00Z", 600], ["2026-11-09T08:30Z", 30])}`);
    expect(report({ all }).displaced.map(({ minutes }) => minutes)).toEqual([120]);
  });
});

it("notices effort that differs from its estimate either way: more at once, less once it is done", () => {
  const took = (minutes: number, more = "") => job(`estimate: 2h\n${effort(["2026-11-10T12:00Z", minutes])}${more}`);
  const { deviations } = report({
    within: took(144),
    more: took(145),
    open: took(90),
    less: took(90, "done: true\n"),
    nearly: took(96, "done: true\n"),
    unknown: job("interrupted: true\ndone: true\n"),
  });
  expect(deviations.toSorted((one, other) => one.minutes - other.minutes)).toEqual([
    { id: "less", estimateMinutes: 120, minutes: 90, percent: -25 },
    { id: "more", estimateMinutes: 120, minutes: 145, percent: 21 },
  ]);
});
