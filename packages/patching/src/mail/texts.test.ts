import { describe, expect, test } from "vitest";
import type { AlertReason } from "./alert.js";
import { type MailTexts, mailTexts, type WindowTimes } from "./texts.js";

const times: WindowTimes = {
  ...{ begin: "BEGIN", end: "END", shortEnd: "SHORT", zone: "ZONE", beginOffset: "GMT+1", endOffset: "GMT+2" },
};
const summary = { window: "WINDOW", hostCount: 6, doneCount: 3, failedCount: 2, notBegunCount: 1 };
const alerts = (["halted", "lock", "not-back", "broken"] as const).map(
  (kind): AlertReason => ({ kind, host: kind === "halted" ? "" : "HOST", message: "MESSAGE" }),
);

const held = {
  ...{ release: "6.12.57", package: { name: "IMAGE", version: "6.12.57-1" }, since: "2026-11-02T01:00:00.000Z" },
  ...{ occurrence: "OCCURRENCE", reason: "REASON" },
};

/** Every text of a language with what it may be told, and what must be in it. */
const said: { readonly [Key in keyof MailTexts]: (texts: MailTexts) => readonly (readonly [string, ...string[]])[] } = {
  date: ({ date }) => [
    [date({ weekday: "WEEKDAY", day: "24", month: "MONTH", year: "2026" }), "WEEKDAY", "24", "MONTH", "2026"],
  ],
  greeting: ({ greeting }) => [[greeting("NAME"), "NAME"]],
  noticeSubject: ({ noticeSubject }) => [[noticeSubject(times), "BEGIN", "SHORT", "ZONE"]],
  noticeIntroduction: (texts) => [[texts.noticeIntroduction]],
  subjectOfMany: ({ subjectOfMany }) => [[subjectOfMany(times, 7), "BEGIN", "ZONE", "7"]],
  noticeOfMany: ({ noticeOfMany }) => [[noticeOfMany("ZONE"), "ZONE"]],
  opening: ({ opening }) => [[opening(times), "BEGIN", "SHORT", "GMT+1"]],
  nextNotice: (texts) => [[texts.nextNotice]],
  begin: ({ begin }) => [[begin(times), "BEGIN", "ZONE", "GMT+1"]],
  end: ({ end }) => [[end(times), "END", "ZONE", "GMT+2"]],
  whatMayHappen: (texts) => [[texts.whatMayHappen]],
  updates: ({ updates }) => Object.values(updates).map((text) => [text]),
  serviceRestarts: (texts) => [[texts.serviceRestarts]],
  reboot: ({ reboot }) => Object.values(reboot).map((text) => [text]),
  nothingToDo: (texts) => [[texts.nothingToDo]],
  questions: ({ questions }) => [[questions("ADDRESS"), "ADDRESS"]],
  resultHeadline: ({ resultHeadline }) => [[resultHeadline(summary), "WINDOW", "3", "6", "2", "1"]],
  alertHeadline: ({ alertHeadline }) => [[alertHeadline(alerts), "HOST"]],
  alertReason: ({ alertReason }) => alerts.map((reason) => [alertReason(reason), reason.host, "MESSAGE"]),
  alertNext: (texts) => [[texts.alertNext, "allmende patch status"]],
  closedHeadline: (texts) => [[texts.closedHeadline]],
  closedCause: ({ closedCause }) => [[closedCause("TEXT"), "TEXT"]],
  closedStep: ({ closedStep }) => [[closedStep("TEXT"), "TEXT"]],
  closedNext: (texts) => [[texts.closedNext, "allmende patch run"]],
  run: ({ run }) => [[run("OCCURRENCE", "STACK"), "OCCURRENCE", "STACK"]],
  snapshot: ({ snapshot }) => [[snapshot("20261124T020000Z"), "20261124T020000Z"]],
  emergency: ({ emergency }) => [[emergency("BY", "REASON"), "BY", "REASON"]],
  stopped: ({ stopped }) => [
    [stopped({ kind: "canary", hosts: ["HOST", "OTHER"] }), "HOST", "OTHER"],
    [stopped({ kind: "threshold", failedCount: 7, toleratedCount: 5 }), "7", "5"],
    [stopped({ kind: "closed" })],
    [stopped({ kind: "interrupted" })],
  ],
  outcome: ({ outcome }) => Object.values(outcome).map((text) => [text]),
  notBegun: (texts) => [[texts.notBegun]],
  noReport: (texts) => [[texts.noReport]],
  packages: ({ packages }) => [
    [packages(1), "1"],
    [packages(2), "2"],
  ],
  restarts: ({ restarts }) => [
    [restarts(1), "1"],
    [restarts(2), "2"],
  ],
  rebooted: (texts) => [[texts.rebooted]],
  rebootDeferred: ({ rebootDeferred }) => [[rebootDeferred("REASON"), "REASON"]],
  cause: ({ cause }) => [[cause("TEXT"), "TEXT"]],
  nextStep: ({ nextStep }) => [[nextStep("TEXT"), "TEXT"]],
  keptFile: ({ keptFile }) => [[keptFile("PATH", "OFFERED"), "PATH", "OFFERED"]],
  heldKernel: ({ heldKernel }) => [
    [heldKernel(held), "6.12.57", "IMAGE 6.12.57-1", "2026-11-02", "OCCURRENCE", "REASON", "allmende patch release"],
    [heldKernel({ ...held, failedOn: "HOST" }), "HOST"],
  ],
  note: ({ note }) => [[note("TEXT"), "TEXT"]],
  irreversible: ({ irreversible }) => [[irreversible("TEXT"), "TEXT"]],
};

describe.each(Object.entries(mailTexts))("in %s", (_, texts) => {
  test.each(Object.entries(said))("%s says everything that it is told, in one line", (_key, say) => {
    const all = say(texts);
    expect(all.length).toBeGreaterThan(0);
    for (const [text, ...parts] of all) {
      expect(text).toMatch(/^\S.*\S$/);
      for (const part of parts) expect(text).toContain(part);
    }
    expect(new Set(all.map(([text]) => text)).size).toBe(all.length);
  });
});

test("no text is only in one language: none is the same in both", () => {
  for (const [key, say] of Object.entries(said)) {
    // An English name in a German sentence would be; a whole text that is the same was forgotten.
    const [german, english] = [say(mailTexts.de), say(mailTexts.en)].map((all) => all.map(([text]) => text));
    expect(Object.keys(mailTexts.de), key).toContain(key);
    german?.forEach((text, index) => void expect(text, key).not.toBe(english?.[index]));
  }
  expect(Object.keys(said).sort()).toEqual(Object.keys(mailTexts.en).sort());
});
