import { expect, test } from "vitest";
import { describeProgress } from "./run-host.js";
import { callScript } from "./testing/call-script.js";

/** What phase_reboot says on a host that needs none (`why` empty) or one. */
const saidBy = (why: string) =>
  callScript(`base=$(mktemp -d) run=$base; printf 'reboot\tnever\n' >"$run/order"; : >"$run/held"
    reboot_reason() { printf %s '${why}'; }; avoid_held() { :; }; phase_reboot; rm -r "$base"`);

test("a reboot that is not needed is said to be none", () => {
  expect(saidBy("")).toContain("progress\tnot needed\n");
  expect(saidBy("linux-image")).not.toContain("not needed\n");
});

test("that a phase begins claims nothing; its steps say what is done", () => {
  expect(describeProgress({ phase: "reboot" })).toBe("is a reboot needed?");
  expect(describeProgress({ phase: "reboot", message: "not needed" })).toBe("reboot: not needed");
  expect(describeProgress({ phase: "upgrade" })).toBe("is there something to upgrade?");
  expect(describeProgress({ phase: "proof" })).toBe("proof");
});

test("a run that goes on says how the reboot ended, not that there was one", () => {
  const goesOn = (state: string) =>
    callScript(`base=$(mktemp -d) run=$base lock=$base/lock received=$base/received stack=s key=k owner=o occurrence=n/1 started=1
      : >"$received"; : >"$run/order"; printf '1\tlock\tend\t-\n2\treboot\tend\t-\n' >"$run/journal"
      printf 'reboot\t${state}\t-\n' >"$run/report"; printf 's\tk\to\t1\tn/1\n' >"$lock"
      beat() { :; }; pin_held() { :; }; begin; rm -r "$base"`);
  expect(goesOn("not-needed")).toContain("progress\tgoing on after: reboot not-needed\n");
  expect(goesOn("done")).toContain("progress\tgoing on after: reboot done\n");
});
