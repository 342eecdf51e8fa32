import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Lab } from "@allmende/lab";
import { CalendarServer, calendarOf, type TestSmtpServer } from "@allmende/patching/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { projectDirectory } from "../support/paths.js";
import { keepEvidence, testLab } from "../support/test-lab.js";
import { failuresOf, operationsOf, TestStack } from "../support/test-stack.js";
import { alpha, installAlpha, versionOf } from "./alpha.js";
import { clearHost } from "./repository.js";
import { patch, startHostmasterMail } from "./window-stack.js";

/** Three windows that are open now: one of web1; two of web2, which a calendar closes, and of which one calendar cannot be read. */
let lab: Lab;
let stack: TestStack;
let program: TestStack;
let holidays: CalendarServer;
let school: CalendarServer;
let smtp: TestSmtpServer;
const hosts = ["web1", "web2"];
const labels = { web1: { labels: { stage: "test" } }, web2: { labels: { stage: "production" } } };
const today = () => new Date().toISOString().slice(0, 10).replaceAll("-", "");

beforeAll(async () => {
  lab = await testLab();
  holidays = new CalendarServer(calendarOf(today(), "Holidays"));
  school = new CalendarServer("");
  const blackouts = async (server: CalendarServer) => [{ url: `${await server.listen()}/geheim`, maxAge: "1h" }];
  const windows = stringify({
    always: window("test"),
    holidays: { ...window("production"), blackouts: await blackouts(holidays) },
    school: { ...window("production"), blackouts: await blackouts(school) },
  });
  stack = new TestStack("unread", lab);
  program = new TestStack("unread-patch", lab);
  for (const each of [stack, program]) {
    each.hosts(labels);
    writeFileSync(join(each.directory, "inventory/windows.yaml"), windows);
  }
  smtp = await startHostmasterMail(program);
  // The very program that CI applies; the inventory is the test's.
  writeFileSync(join(program.directory, "index.ts"), readFileSync(join(projectDirectory, "stacks/patch/index.ts")));
  writeFileSync(
    join(program.directory, "Pulumi.test.yaml"),
    stringify({
      config: {
        "allmende:privateKeyFile": lab.host("web1").privateKeyPath,
        "unread-patch:inventory": "./inventory",
        "unread-patch:runsAs": "lab.test",
      },
    }),
  );
  expect(failuresOf(await stack.up())).toBe("");
});

afterAll(async () => {
  await program?.destroy();
  await stack?.destroy();
  await Promise.all([holidays?.close(), school?.close(), smtp?.close()]);
  if (lab) await Promise.all(hosts.map((host) => clearHost(lab, host, "alpha")));
});

function window(stage: string) {
  const start = new Date(Date.now() - 3_600_000).toISOString().slice(0, 16);
  return {
    ...{ recurrence: "FREQ=DAILY", zone: "UTC", start, duration: "23h", updates: "security", reboot: "never" },
    ...{ hosts: { stage }, waves: [], canary: "none", concurrency: 1, errorThreshold: 0, notice: "1h" },
    cutoff: { upgrade: "1s", restart: "1s" },
  };
}

/** Both hosts as after installation, and the calendar of school as it cannot be read. */
async function prepare(version: string): Promise<void> {
  for (const host of hosts) await installAlpha(lab, host, alpha(version));
  school.answer = (_, response) => response.writeHead(503).end("geheim");
}

const readable = () => {
  school.answer = (_, response) => response.end(calendarOf("20200101"));
};
const versions = async () => await Promise.all(hosts.map(async (host) => (await versionOf(lab, host)).split(" ")[0]));
const unread = { code: "no-calendar", message: expect.stringContaining("the server answers 503 Service Unavailable") };

describe("a calendar of blackouts that cannot be read", () => {
  beforeEach(() => keepEvidence(lab));

  test("closes its window in a plan, and no other", async () => {
    await prepare("1.1");
    const { exitCode, document, stderr } = await patch(stack, "plan");
    const pending = (host: string) => [{ hosts: [{ host, packages: [{ name: "alpha", available: "1.1" }] }] }];
    expect([exitCode, document]).toMatchObject([
      0,
      {
        windows: [
          { window: "always", open: true, waves: pending("web1") },
          {
            ...{ window: "holidays", open: false, waves: pending("web2") },
            occurrence: { blackout: { reason: "Holidays" } },
          },
          {
            ...{ window: "school", open: false, waves: pending("web2") },
            occurrence: {
              blackout: { isUnknown: true, reason: expect.stringContaining("cannot be read: the server") },
            },
          },
        ],
        unread: [{ window: "school", error: unread }],
      },
    ]);
    expect(stderr).toMatch(/^warning: windows\.yaml: school\.blackouts\[0\]\.url .*503.*\n {2}next: make it readable/m);
    expect(JSON.stringify(document) + stderr).not.toContain("geheim");
    expect(document.windows[1].occurrence.blackout).not.toHaveProperty("isUnknown");
  });

  test("a run patches what is open, and ends with 7; once it can be read, its window runs as well", async () => {
    const run = await patch(stack, "run");
    expect([run.exitCode, run.document]).toMatchObject([
      7,
      {
        ok: false,
        runs: [{ window: "always", hosts: [{ host: "web1", state: "done", run: { outcome: "done" } }] }],
        lost: [{ window: "school", occurrence: expect.stringMatching(/^school\//), error: unread }],
      },
    ]);
    expect(run.document.runs).toHaveLength(1);
    expect(await versions()).toEqual(["1.1", "1.0"]);
    expect(await patch(stack, "run", "--window", "school")).toMatchObject({
      exitCode: 2,
      document: { error: { code: "no-calendar" } },
    });

    readable();
    const later = await patch(stack, "run");
    expect([later.exitCode, later.document]).toMatchObject([
      0,
      {
        ...{ ok: true, lost: [] },
        runs: [
          { window: "always", hosts: [{ host: "web1", state: "done", isEarlier: true }] },
          { window: "school", hosts: [{ host: "web2", state: "done" }] },
        ],
      },
    ]);
    expect(await versions()).toEqual(["1.1", "1.1"]);
  });

  test("stacks/patch patches what is open, with a warning and one mail; once it can be read, its window as well", async () => {
    await prepare("1.2");
    const first = await program.up();
    expect(failuresOf(first)).toBe("");
    const made = ["always-web1", "holidays-web2", "school-web2"].map((name) => [name, "create"]);
    expect(operationsOf(first)).toMatchObject(Object.fromEntries(made));
    expect(await versions()).toEqual(["1.2", "1.0"]);
    const said = first.diagnostics.filter(({ severity }) => severity.startsWith("warning"));
    expect(said.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^windows\.yaml: school\.blackouts\[0\]\.url .*503.*\nmake it readable again/),
    );
    expect(first.text).not.toContain("geheim");
    const subjects = () => smtp.mails.map((mail) => /^Subject: (.*)/m.exec(mail)?.[1]?.trim());
    const told = subjects();
    expect(told).toHaveLength(2);
    expect(told).toContainEqual(expect.stringContaining("school: ALERT: not opened"));
    await program.up();
    expect(subjects()).toEqual(told);

    readable();
    const second = await program.up();
    expect([failuresOf(second), operationsOf(second)]).toMatchObject(["", { "school-web2": "update" }]);
    expect(await versions()).toEqual(["1.2", "1.2"]);
    expect(second.text).not.toContain("cannot be read");
  });
});
