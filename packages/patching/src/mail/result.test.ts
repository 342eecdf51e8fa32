import { ConnectError, HostError } from "@allmende/model";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { HostResult } from "../run-waves.js";
import { documentOf, mail, runOf } from "../testing/mails.js";
import { alertLetters } from "./alert.js";
import { resultLetters } from "./result.js";

const english = { ...mail, language: "en" as const };
const untilMs = 1;
const failed = (host: string, code: string): HostResult => ({
  ...{ host, state: "failed" },
  error: new HostError(`${host} is in trouble`, { code, concerns: host, nextStep: "Look." }),
});

test("a result says which kernel is held, and how it is tried again, in the hostmasters' language", () => {
  const held = {
    ...{ release: "6.12.57", package: { name: "linux-image-6.12.57", version: "6.12.57-1" }, instead: "6.12.48" },
    ...{ since: "2026-11-23T01:00:00.000Z", occurrence: "nightly/1", reason: "units: a.service" },
  };
  const document = documentOf({ hosts: [{ host: "web1", state: "done", run: runOf({ heldKernels: [held] }) }] });
  const texts = [english, mail].map((spec) => resultLetters(document, spec, untilMs)[0]?.text);
  expect(texts[0]).toContain(
    "  Held: kernel 6.12.57 (linux-image-6.12.57 6.12.57-1): its proof failed, 2026-11-23, nightly/1: units: a.service",
  );
  for (const part of ["  Zurückgehalten: Kernel 6.12.57 (", "seit 2026-11-23, weil er im Lauf nightly/1 nicht bestand"])
    expect(texts[1]).toContain(part);
  for (const text of texts) expect(text).toContain("`allmende patch release`");
});

test("a result tells of every host what a person has to know", () => {
  const hosts: HostResult[] = [
    {
      host: "web1",
      state: "done",
      run: runOf({
        upgraded: [{ name: "openssl", from: "1", to: "2" }],
        restarted: [{ of: "anna", unit: "anna-blog.service" }],
        reboot: { state: "done" },
        keptFiles: [{ path: "/etc/a.conf", offered: "/etc/a.conf.dpkg-dist" }],
        checks: [
          { name: "clock", state: "warn", text: "the clock is not synchronised" },
          { name: "disk", state: "ok", text: "enough" },
        ],
        log: ["not shown: it went well"],
      }),
    },
    {
      host: "web2",
      state: "failed",
      run: runOf({
        outcome: "rolled-back",
        cause: { code: "proof-failed", message: "units: alpha.service" },
        irreversible: ["maintainer scripts have run"],
        log: Array.from({ length: 30 }, (_, index) => `line ${index + 1}`),
      }),
    },
    { host: "web3", state: "failed", error: new ConnectError("web3 does not answer", { code: "host-unreachable" }) },
    { host: "web4", state: "not-begun" },
  ];
  const document = documentOf({ hosts, stopped: { kind: "threshold", failedCount: 2, toleratedCount: 1 } });
  const [letter, other] = resultLetters(document, english, untilMs);
  expect([letter?.to, other?.to]).toEqual(["one@coop.example", "two@coop.example"]);
  expect(letter?.subject).toBe("[coop.prod] nightly: 1 of 4 hosts done, 2 failed, 1 not begun");
  const lines = letter?.text.split("\n") ?? [];
  expect(lines.slice(0, 14)).toEqual([
    "[coop.prod] nightly: 1 of 4 hosts done, 2 failed, 1 not begun",
    "",
    "Patch run nightly/2026-11-24T02:00[Europe/Berlin] of the stack coop.prod.",
    "Halted: 2 hosts failed, 1 tolerated.",
    "",
    "web1: done, 1 package, 1 service restarted, host rebooted",
    "  Kept: /etc/a.conf (the package's own: /etc/a.conf.dpkg-dist)",
    "  Note: the clock is not synchronised",
    "web2: failed; the previous versions are back and proven, 0 packages",
    "  Because: units: alpha.service",
    "  Cannot be taken back: maintainer scripts have run",
    "  | line 11",
    "  | line 12",
    "  | line 13",
  ]);
  expect(lines.slice(-6)).toEqual([
    "web3: failed, without a report from the host",
    "  Because: web3 does not answer",
    "web4: not begun",
    "",
    "-- ",
    "Beispielgenossenschaft Größe eG",
  ]);
});

test("an emergency says who decided it, and why", () => {
  const run = runOf({ emergency: { by: "gerd", reason: "CVE-2026-1234" } });
  const [letter] = resultLetters(documentOf({ hosts: [{ host: "web1", state: "done", run }] }), mail, untilMs);
  expect(letter?.text).toContain("Notfall-Lauf, entschieden von gerd: CVE-2026-1234");
});

const anyHosts = fc
  .array(fc.constantFrom("done", "failed", "error", "not-begun"), { minLength: 1, maxLength: 30 })
  .map((states) =>
    states.map((state, index): HostResult => {
      const host = `web${index}`;
      if (state === "not-begun") return { host, state };
      if (state === "error") return failed(host, "host-unreachable");
      return state === "done"
        ? { host, state, run: runOf() }
        : { host, state: "failed", run: runOf({ outcome: "rolled-back" }) };
    }),
  );

test("the subject agrees with the text, whatever happened", () => {
  fc.assert(
    fc.property(anyHosts, (hosts) => {
      const [letter] = resultLetters(documentOf({ hosts }), english, untilMs);
      const lines = letter?.text.split("\n") ?? [];
      const number = (word: RegExp) => Number(word.exec(letter?.subject ?? "")?.[1] ?? 0);
      const listed = (word: RegExp) => lines.filter((line) => /^web\d+: /.test(line) && word.test(line)).length;
      expect(lines[0]).toBe(letter?.subject);
      expect([number(/of (\d+) host/), number(/(\d+) of/), number(/(\d+) failed/), number(/(\d+) not begun/)]).toEqual([
        listed(/./),
        listed(/^\w+: done/),
        listed(/^\w+: failed/),
        listed(/^\w+: not begun$/),
      ]);
    }),
  );
});

test("the same result has the same Message-ID, another one has another", () => {
  const idsOf = (hosts: HostResult[]) => resultLetters(documentOf({ hosts }), mail, untilMs).map(({ id }) => id);
  const done: HostResult = { host: "web1", state: "done", run: runOf() };
  expect(idsOf([done])).toEqual(idsOf([{ ...done, run: runOf({ startedAt: "2026-11-24T01:30:00.000Z" }) }]));
  expect(idsOf([done])).not.toEqual(idsOf([failed("web1", "locked")]));
  expect(new Set(idsOf([done])).size).toBe(2);
});

test("an alert goes out when a run was halted, left a lock behind, or lost a host; and only then", () => {
  const hosts = [
    failed("web1", "host-not-back"),
    failed("web2", "lock-expired"),
    failed("web3", "run-interrupted"),
    failed("web4", "host-unreachable"),
    { host: "web5", state: "failed", run: runOf({ outcome: "broken", cause: { code: "x", message: "dpkg failed" } }) },
    { host: "web6", state: "failed", run: runOf({ outcome: "rolled-back" }) },
    { host: "web7", state: "failed", run: runOf({ outcome: "unfinished" }) },
  ] as const;
  const [letter, other] = alertLetters(
    documentOf({ hosts, stopped: { kind: "canary", hosts: ["web1"] } }),
    english,
    untilMs,
  );
  expect([letter?.to, other?.to]).toEqual(["one@coop.example", "two@coop.example"]);
  expect(letter?.isUrgent).toBe(true);
  expect(letter?.subject).toMatch(
    /^\[coop.prod\] nightly: ALERT: run halted; web1 has not come back; web2: lock left behind; /,
  );
  expect(letter?.text.split("\n").slice(0, 8)).toEqual([
    letter?.subject.slice("[coop.prod] nightly: ".length),
    "",
    "- run halted: Halted: web1 went first and failed.",
    "- web1 has not come back: web1 is in trouble",
    "- web2: lock left behind: web2 is in trouble",
    "- web3: lock left behind: web3 is in trouble",
    "- web5 failed, and so did the way back: dpkg failed",
    "- web7: lock left behind",
  ]);
  const quiet = [{ host: "web1", state: "done", run: runOf() } as const, failed("web4", "host-unreachable")];
  expect(alertLetters(documentOf({ hosts: quiet, stopped: { kind: "closed" } }), english, untilMs)).toEqual([]);
});
