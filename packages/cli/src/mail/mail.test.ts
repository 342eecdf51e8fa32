import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { HostError } from "@allmende/model";
import { testLogin } from "@allmende/patching/testing";
import { describe, expect, test, vi } from "vitest";
import type { StackPatchRun } from "../patch/run.js";
import { createProgram } from "../program.js";
import { readStackInventory } from "../stack/stack-inventory.js";
import { recordingContext } from "../testing.js";
import { notifyMembers } from "./notify.js";
import { isDelivered, renderResultMail } from "./render.js";
import { mailResults } from "./result.js";
import { hostKey, mailStack, now, useMailStack } from "./testing/mail-stack.js";

useMailStack();
const { folder, write } = mailStack;

const statesOf = async (options: { dryRun?: boolean } = {}) =>
  (await notifyMembers(recordingContext(), folder(), options, now)).notices.map(({ member, state }) => [member, state]);

describe("allmende patch notify", () => {
  test("tells each member once, with a password that stands in Pulumi's configuration", async () => {
    expect(await statesOf({ dryRun: true })).toEqual([
      ["anna", "due"],
      ["bert", "no-address"],
    ]);
    expect(mailStack.server.connections).toBe(0);
    expect(await statesOf()).toEqual([
      ["anna", "sent"],
      ["bert", "no-address"],
    ]);
    expect(await statesOf()).toEqual([
      ["anna", "already-sent"],
      ["bert", "no-address"],
    ]);
    expect(await statesOf({ dryRun: true })).toEqual([
      ["anna", "already-sent"],
      ["bert", "no-address"],
    ]);
    expect(mailStack.server.recipients).toEqual([["anna@example.org"]]);
    expect(mailStack.server.mails[0]).toContain("Patchfenster");
    const log = readFileSync(join(mailStack.directory, ".state", "mail-prod.jsonl"), "utf8")
      .trim()
      .split("\n");
    expect(log.map((line) => JSON.parse(line).state)).toEqual(["begun", "sent"]);
    // Of the openings that follow it has told as well: the next mail comes once one is near that was not in it.
    const day = 86_400_000;
    const later = async (ms: number) =>
      (await notifyMembers(recordingContext(), folder(), { dryRun: true }, now + ms)).notices[0];
    expect((await later(6 * day))?.state).toBe("already-sent");
    expect(await later(7 * day)).toMatchObject({ state: "due", occurrence: "nightly/2026-12-02T02:00[UTC]" });
  });

  test("as people type it: --dry-run shows the mails, --json is for programs, and a failure is an exit code", async () => {
    vi.useFakeTimers({ now, toFake: ["Date"] });
    try {
      const type = async (...args: string[]) => {
        const context = recordingContext();
        await createProgram(context).parseAsync(["patch", "notify", mailStack.directory, ...args], { from: "user" });
        return context;
      };
      const shown = (await type("--dry-run")).written.out;
      expect(shown).toMatch(/Wed 2026-11-25 02:00 UTC, 6 more within a week +nightly +anna +anna@example.org +due/);
      expect(shown).toContain("Guten Tag anna,");
      await mailStack.server.close();
      const failed = await type("--json");
      expect(failed.exitCode).toBe(1);
      expect(JSON.parse(failed.written.out)).toMatchObject({
        ...{ ok: false, dryRun: false, failure: { code: "smtp-unreachable" } },
        notices: [
          { member: "anna", state: "not-sent", to: "anna@example.org" },
          { member: "bert", state: "no-address" },
        ],
      });
      expect(failed.written.out).not.toContain(testLogin.password);
    } finally {
      vi.useRealTimers();
    }
  });

  test.each([
    ["mail.yaml", "no-mail"],
    ["Pulumi.prod.yaml", "no-config-value"],
  ])("says what to do without %s", async (file, code) => {
    rmSync(join(mailStack.directory, file === "mail.yaml" ? "inventory" : "", file));
    const notified = notifyMembers(recordingContext(), { ...folder(), stack: "prod" }, {}, now);
    await expect(notified).rejects.toMatchObject({ name: "UserError", code });
  });
});

describe("after allmende patch run", () => {
  const declaredMail = async () => (await readStackInventory(folder()))?.mail;
  const run: StackPatchRun = {
    ...{ window: "nightly", occurrence: "nightly/2026-11-24T02:00[UTC]" },
    hosts: [{ host: "web1", state: "failed", error: new HostError("web1 is silent", { code: "host-not-back" }) }],
  };

  test("hostmasters get the result and an alert, once for the same result", async () => {
    const context = recordingContext();
    const first = await mailResults(context, folder(), await declaredMail(), [run]);
    if (first === undefined) throw new Error("nothing was mailed");
    expect(isDelivered(first)).toBe(true);
    expect(renderResultMail(first, context)).toBe("2 mails to hostmasters\n");
    expect(mailStack.server.mails.map((text) => /^Subject: (.*(?:\r\n .*)*)/m.exec(text)?.[1])).toEqual([
      "[coop.prod] nightly: ALERT: web1 has not come back",
      "[coop.prod] nightly: 0 of 1 host done, 1 failed",
    ]);
    expect(
      (await mailResults(context, folder(), await declaredMail(), [run]))?.deliveries.map(({ state }) => state),
    ).toEqual(["already-sent", "already-sent"]);
    expect(mailStack.server.mails).toHaveLength(2);
  });

  test("as people type it: the mail goes out, and when it cannot, the result is shown all the same", async () => {
    // Without a key to log in with, the run fails at once, and reaches nobody.
    vi.stubEnv("SSH_AUTH_SOCK", undefined);
    const inputs = { name: "web1", address: "127.0.0.1", port: 1, hostKey, reserve: "512MiB" };
    const urn = "urn:pulumi:prod::coop::allmende:index:Host::web1";
    const resources = [{ urn, type: "allmende:index:Host", custom: true, id: "web1", inputs, outputs: inputs }];
    write({ ".state/.pulumi/stacks/coop/prod.json": JSON.stringify({ checkpoint: { latest: { resources } } }) });
    const type = async (reason: string) => {
      const context = recordingContext();
      const args = ["patch", "run", mailStack.directory, "--emergency", "--by", "gerd", "--json", "--reason", reason];
      await createProgram(context).parseAsync(args, { from: "user" });
      return { exitCode: context.exitCode, shown: JSON.parse(context.written.out) };
    };
    const hosts = [{ host: "web1", state: "failed", error: { code: "user-key-missing" } }];
    const told = await type("one");
    expect(told).toMatchObject({ exitCode: 1, shown: { ok: false, runs: [{ hosts }] } });
    expect(told.shown.mail.mails).toMatchObject([
      { to: "root@coop.example", state: "sent" },
      { to: "root@coop.example", state: "sent", subject: "[coop.prod] nightly: 0 of 1 host done, 1 failed" },
    ]);
    expect(mailStack.server.mails).toHaveLength(2);
    rmSync(join(mailStack.directory, "Pulumi.prod.yaml"));
    vi.stubEnv("PULUMI_STACK", "prod");
    vi.useFakeTimers({ now: Date.now() + 5000, toFake: ["Date"] });
    try {
      expect(await type("two")).toMatchObject({
        shown: { runs: [{ hosts }], mail: { failure: { code: "no-config-value" } } },
      });
    } finally {
      vi.useRealTimers();
    }
  });

  test("nobody is told when nothing ran, or nobody is declared", async () => {
    expect(await mailResults(recordingContext(), folder(), await declaredMail(), [])).toBeUndefined();
    rmSync(join(mailStack.directory, "inventory/mail.yaml"));
    expect(await mailResults(recordingContext(), folder(), await declaredMail(), [run])).toBeUndefined();
  });
});
