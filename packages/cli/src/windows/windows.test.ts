import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { CalendarServer, calendarOf } from "@allmende/patching/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createProgram } from "../program.js";
import { recordingContext } from "../testing.js";

const hostKey = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${"A".repeat(43)}`;
const host = (name: string, stage: string) =>
  `${name}: { address: ${name}.test, hostKey: "${hostKey}", reserve: 512MiB, ram: 4GiB, labels: { stage: ${stage} } }\n`;
const service = (member: string, on: string) =>
  `member: ${member}\nhost: ${on}\nimage: registry.allmende.test/static-site:1\nram: 128MiB\n`;
const window = (name: string, recurrence: string, more: string) => `${name}:
  recurrence: ${recurrence}
  zone: Europe/Berlin
  start: 2026-12-01T23:00
  duration: 3h
  updates: security
  reboot: if-needed
  waves: []
  canary: none
  concurrency: 1
  errorThreshold: 0
  cutoff: { upgrade: 90m, restart: 45m, reboot: 30m }
  notice: 3d
  ${more}
`;
const files = {
  "hosts.yaml": host("web1", "test") + host("web2", "production"),
  "members/anna.yaml": "number: 1042\n",
  "members/bruno.yaml": "number: 1043\n",
  "members/idle.yaml": "number: 1044\n",
  "services/anna-blog.yaml": service("anna", "web1"),
  "services/bruno-shop.yaml": service("bruno", "web2"),
  "windows.yaml":
    window("nightly", "FREQ=DAILY", "hosts: { stage: production }\n  blackouts: [{ ics: blackouts/coop.ics }]") +
    window("monthly", "FREQ=MONTHLY;BYDAY=2TU", "hosts: all"),
  "blackouts/coop.ics":
    "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nBEGIN:VEVENT\nUID:1\nSUMMARY:Assembly\nDTSTART;VALUE=DATE:20261203\nEND:VEVENT\nEND:VCALENDAR\n",
};

let folder: string;

function write(changes: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(changes)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

async function run(...words: readonly string[]): Promise<string> {
  const context = recordingContext();
  await createProgram(context).parseAsync([...words], { from: "user" });
  return context.written.out;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse("2026-11-30T12:00Z") });
  folder = mkdtempSync(join(tmpdir(), "allmende-windows-"));
  write(files);
});

afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

describe("allmende windows", () => {
  test("shows when what opens where, in wall time, and what a blackout closes", async () => {
    const lines = (await run("windows", folder, "--days", "9")).trimEnd().split("\n");
    expect(lines.map((line) => line.split(/ {2,}/))).toEqual([
      ["OPENS", "CLOSES", "ZONE", "WINDOW", "UPDATES", "HOSTS"],
      ["Tue 2026-12-01 23:00", "2026-12-02 02:00", "Europe/Berlin", "nightly", "security", "web2"],
      [
        "Wed 2026-12-02 23:00",
        "2026-12-03 02:00",
        "Europe/Berlin",
        "nightly",
        "security",
        "web2",
        "Does not take place: Assembly",
      ],
      [
        "Thu 2026-12-03 23:00",
        "2026-12-04 02:00",
        "Europe/Berlin",
        "nightly",
        "security",
        "web2",
        "Does not take place: Assembly",
      ],
      ...["Fri 2026-12-04", "Sat 2026-12-05", "Sun 2026-12-06", "Mon 2026-12-07"].map((day) => [
        `${day} 23:00`,
        expect.any(String),
        "Europe/Berlin",
        "nightly",
        "security",
        "web2",
      ]),
      ["Tue 2026-12-08 23:00", "2026-12-09 02:00", "Europe/Berlin", "monthly", "security", "web1, web2"],
      ["Tue 2026-12-08 23:00", "2026-12-09 02:00", "Europe/Berlin", "nightly", "security", "web2"],
    ]);
  });

  test("speaks German, and says when nothing opens", async () => {
    expect(await run("windows", folder, "--days", "3", "--lang", "de")).toMatch(
      /^ÖFFNET .*\nDi 2026-12-01 23:00 .*\nMi .* Fällt aus: Assembly\n$/s,
    );
    expect(await run("windows", folder, "--days", "1", "--lang", "de")).toBe(
      "in den nächsten 24 Stunden öffnet kein Fenster\n",
    );
  });

  test("gives JSON with ids, instants and wall times, of one member when asked", async () => {
    const { occurrences } = JSON.parse(await run("windows", folder, "--days", "30", "--member", "anna", "--json"));
    expect(occurrences).toEqual([
      {
        id: "monthly/2026-12-08T23:00[Europe/Berlin]",
        window: "monthly",
        opens: "2026-12-08T22:00:00.000Z",
        closes: "2026-12-09T01:00:00.000Z",
        zone: "Europe/Berlin",
        wallOpens: "2026-12-08T23:00",
        wallCloses: "2026-12-09T02:00",
        updates: "security",
        reboot: "if-needed",
        hosts: ["web1"],
        services: ["anna-blog"],
      },
    ]);
  });

  test("refuses an inventory with mistakes, and a member whom nobody knows", async () => {
    await expect(run("windows", folder, "--member", "ana")).rejects.toThrow("there is no member ana");
    write({ "windows.yaml": files["windows.yaml"].replace("zone: Europe/Berlin", "zone: Berlin") });
    await expect(run("windows", folder)).rejects.toThrow(
      /1 thing is wrong with the inventory:\n.*windows\.yaml:3:9: nightly\.zone: must be a time zone/,
    );
  });
});

describe("allmende calendar", () => {
  test("writes one for all and one for each member who has something in it, and takes back what is no longer true", async () => {
    const out = join(folder, "calendars");
    expect(await run("calendar", folder, "--out", out)).toBe(`3 calendars are in ${out}\n`);
    expect(readdirSync(join(out, "members")).sort()).toEqual(["anna.ics", "bruno.ics"]);
    const text = (path: string) => readFileSync(join(out, path), "utf8");
    expect(text("all.ics").match(/SUMMARY:Patch window nightly/g)?.length).toBe(365);
    expect(text("members/anna.ics")).not.toContain("nightly");
    expect(text("members/bruno.ics")).toContain("SUMMARY:No patching: Assembly");

    rmSync(join(folder, "services", "anna-blog.yaml"));
    const report = JSON.parse(await run("calendar", folder, "--out", out, "--json"));
    expect(report).toMatchObject({ written: ["all.ics", "members/bruno.ics"], removed: ["members/anna.ics"] });
    expect(existsSync(join(out, "members", "anna.ics"))).toBe(false);
  });

  test("has requests on their day and planned blocks beside the windows, for whom they are", async () => {
    const request = (member: string, id: string) =>
      `change: work\nmember: ${member}\naskedBy: ${member}@example.org\naskedAt: 2026-11-29T10:00:00Z\ndate: 2026-12-04\ntitle: Umzug ${id}\n`;
    write({
      "requests/20261129-1000-move.yaml": request("idle", "von idle"),
      "requests/20261129-1001-move.yaml": request("anna", "von anna"),
      "work.yaml":
        "zone: Europe/Berlin\nleadTime: { default: 3d }\ndeviation: 20\n" +
        "blocks: { restores: { title: { de: Rücksicherung, en: Restores }, start: 2026-12-02T09:00, duration: 4h } }\n" +
        "rules:\n  - { kind: project, when: { change: [work] }, reason: { de: Arbeit, en: Work } }\n",
    });
    const out = join(folder, "calendars");
    expect(await run("calendar", folder, "--out", out, "--lang", "de")).toBe(`4 calendars are in ${out}\n`);
    const text = (path: string) => readFileSync(join(out, path), "utf8");
    const others = (path: string) => text(path).match(/SUMMARY:(?!Patchfenster|Keine Patches).*(?=\r)/g);
    expect(others("all.ics")?.sort()).toEqual([
      "SUMMARY:Rücksicherung",
      "SUMMARY:Umzug von anna",
      "SUMMARY:Umzug von idle",
    ]);
    expect(others("members/anna.ics")).toEqual(["SUMMARY:Umzug von anna"]);
    expect(others("members/idle.ics")).toEqual(["SUMMARY:Umzug von idle"]);
    expect(others("members/bruno.ics")).toBeNull();
    expect(text("members/idle.ics")).toMatch(
      /UID:request%2F20261129-1000-move@allmende\r\n(.*\r\n)+DTSTART;VALUE=DATE:20261204/,
    );
  });

  test("prints everything, or one member's, in German when asked", async () => {
    expect(await run("calendar", folder, "--days", "10")).toMatch(/^BEGIN:VCALENDAR\r\n.*END:VCALENDAR\r\n$/s);
    const german = await run("calendar", folder, "--days", "10", "--member", "anna", "--lang", "de");
    expect(german.match(/SUMMARY:.*/g)?.map((line) => line.trim())).toEqual(["SUMMARY:Patchfenster monthly"]);
  });
});

describe("a calendar by its address", () => {
  const declared = (url: string) => ({
    "windows.yaml": window("nightly", "FREQ=DAILY", `hosts: all\n  blackouts: [{ url: ${url}, maxAge: 2h }]`),
  });
  const blackedOut = async (...words: readonly string[]) => {
    const { occurrences } = JSON.parse(await run("windows", folder, "--days", "6", "--json", ...words));
    return occurrences
      .filter((each: { blackout?: object }) => each.blackout !== undefined)
      .map(({ id }: { id: string }) => id);
  };
  let server: CalendarServer;
  let address: string;

  beforeEach(async () => {
    server = new CalendarServer(calendarOf("20261203"));
    address = await server.listen();
  });
  afterEach(async () => await server.close());

  const closed = ["nightly/2026-12-02T23:00[Europe/Berlin]", "nightly/2026-12-03T23:00[Europe/Berlin]"];

  test("closes a window as a file does; its copy lies beside the state, and counts only while it is young", async () => {
    write({ ...declared(address), "Pulumi.yaml": "name: coop\nruntime: nodejs\n" });
    expect(await blackedOut()).toEqual(closed);
    expect(readdirSync(join(folder, ".state/calendars"))).toHaveLength(2);
    server.answer = (_, response) => response.writeHead(503).end();
    const context = recordingContext();
    await createProgram(context).parseAsync(["calendar", folder, "--days", "6"], { from: "user" });
    expect(context.written.out).toContain("STATUS:CANCELLED");
    expect(context.written.err).toContain(
      `warning: windows.yaml: nightly.blackouts[0].url (${address}): the calendar cannot be read`,
    );
  });

  test("that cannot be read closes its window and no other, plainly, and calendars show it as tentative", async () => {
    const windowsFile = declared(address)["windows.yaml"] + window("weekly", "FREQ=DAILY", "hosts: all");
    write({ "windows.yaml": windowsFile, "Pulumi.yaml": "name: coop\nruntime: nodejs\n" });
    server.answer = (_, response) => response.writeHead(503).end();
    const context = recordingContext();
    await createProgram(context).parseAsync(["windows", folder, "--days", "3"], { from: "user" });
    const why = "the server answers 503 Service Unavailable, and there is no copy of it";
    const [table = "", notes] = context.written.out.split("\n\n");
    const lines = table.split("\n");
    expect(lines.map((line) => line.split(/ {2,}/)).map((cells) => [cells[3], cells[6]])).toEqual([
      ["WINDOW", undefined],
      ...[1, 2].flatMap(() => [
        ["nightly", "closed"],
        ["weekly", undefined],
      ]),
    ]);
    expect(notes).toBe(`nightly: closed: its calendar of blackouts cannot be read: ${why}\n`);
    expect(context.written.err).toMatch(
      /^warning: windows\.yaml: nightly\.blackouts\[0\]\.url \(http:\/\/127\.0\.0\.1:\d+\): .* cannot be read: .*503.*\n {2}next: make it readable again/,
    );
    expect(await run("windows", folder, "--days", "2", "--lang", "de")).toContain(
      "geschlossen: Sperrzeiten-Kalender nicht lesbar: der Server antwortet 503",
    );
    expect(JSON.parse(await run("windows", folder, "--days", "2", "--json"))).toMatchObject({
      ok: true,
      occurrences: [
        {
          window: "nightly",
          blackout: { isUnknown: true, reason: expect.stringContaining("cannot be read: the server") },
        },
        { window: "weekly" },
      ],
      unread: [{ window: "nightly", error: { code: "no-calendar" } }],
    });
    const { calendar, unread } = JSON.parse(await run("calendar", folder, "--days", "3", "--json"));
    expect(calendar.match(/STATUS:\w+/g)).toEqual(
      ["TENTATIVE", "CONFIRMED", "TENTATIVE", "CONFIRMED"].map((status) => `STATUS:${status}`),
    );
    expect(unread).toMatchObject([{ window: "nightly" }]);

    server.answer = (_, response) => response.end(calendarOf("20261203"));
    expect(await run("windows", folder, "--days", "2")).not.toContain("closed");
  });

  test("may be a secret of the stack's configuration", async () => {
    write({
      ...declared("{ config: holidays }"),
      "Pulumi.yaml": "name: coop\nruntime: nodejs\n",
      "index.ts": "",
      "Pulumi.prod.yaml": `config:\n  coop:holidays: ${address}/geheim\n`,
    });
    expect(await blackedOut("--stack", "prod")).toEqual(closed);
    server.answer = (_, response) => response.writeHead(404).end();
    rmSync(join(folder, ".state"), { recursive: true });
    const refused = await run("windows", folder, "--json", "--stack", "prod");
    expect(refused).toContain("404");
    expect(refused).not.toContain("geheim");

    // An address that is not there closes its own window alone, and says what to do.
    const { unread } = JSON.parse(await run("windows", folder, "--json", "--stack", "test"));
    const nextStep = expect.stringMatching(/^set it: pulumi config set --secret holidays, or take it out/);
    expect(unread).toMatchObject([{ window: "nightly", error: { code: "no-calendar", nextStep } }]);
    expect(unread[0].error.message).toContain("there is no value holidays in the configuration of stack test");
  });
});
