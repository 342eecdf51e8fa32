import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CalendarServer,
  calendarOf,
  makeCertificate,
  startSmtpServer,
  type TestSmtpServer,
} from "@allmende/patching/testing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createProgram } from "../program.js";
import { recordingContext } from "../testing.js";

const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFLaABh3Oo97Dc7nNUQUz0xIfUJXB18IfWIE7EOSrq4e";
/** In the first hour of its first opening. */
const now = "2027-03-02T02:30Z";
const occurrence = "nightly/2027-03-02T02:00[UTC]";

let directory: string;
let calendars: CalendarServer;
let smtp: TestSmtpServer;

function write(path: string, content: unknown): void {
  writeFileSync(join(directory, path), typeof content === "string" ? content : JSON.stringify(content));
}

function declare(url: string | { readonly config: string }, ...days: readonly string[]): void {
  write("inventory/windows.yaml", {
    nightly: {
      ...{ recurrence: "FREQ=DAILY", zone: "UTC", start: "2027-03-02T02:00", duration: "3h", updates: "security" },
      ...{ reboot: "never", hosts: "all", waves: [], canary: "none", concurrency: 1, errorThreshold: 0, notice: "12h" },
      ...{ cutoff: { upgrade: "90m", restart: "45m" }, blackouts: [...days, { url, maxAge: "1h" }] },
    },
  });
}

function declareMail(language: "de" | "en"): void {
  write("inventory/mail.yaml", {
    ...{ from: { name: "Coop", address: "noreply@coop.example" }, questions: "help@coop.example" },
    ...{ hostmasters: ["root@coop.example", "admin@coop.example"], language },
    smtp: { host: "127.0.0.1", port: smtp.port, tls: "none" },
  });
}

/** A mail without what quoted-printable does to its text. */
const readable = (mail = "") =>
  mail
    .replaceAll(/=\r\n/g, "")
    .replaceAll(/(?:=[0-9A-F]{2})+/g, (bytes) => Buffer.from(bytes.replaceAll("=", ""), "hex").toString());

async function patch(...words: readonly string[]) {
  const context = recordingContext();
  const [command = "", ...options] = words;
  await createProgram(context).parseAsync(["patch", command, directory, ...options], { from: "user" });
  return { exitCode: context.exitCode, ...context.written };
}

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse(now) });
  directory = mkdtempSync(join(tmpdir(), "allmende-lost-"));
  mkdirSync(join(directory, "inventory/members"), { recursive: true });
  vi.stubEnv("PULUMI_BACKEND_URL", `file://${directory}/.state`);
  vi.stubEnv("PULUMI_HOME", join(directory, ".pulumi"));
  smtp = await startSmtpServer(makeCertificate(), { authOptional: true });
  calendars = new CalendarServer("");
  calendars.answer = (_, response) => response.writeHead(503).end();
  declare(`${await calendars.listen()}/geheim`);
  write("Pulumi.yaml", "name: coop\nruntime: nodejs\n");
  write("Pulumi.prod.yaml", "config: {}\n");
  write("index.ts", "");
  write("inventory/hosts.yaml", { web1: { address: "web1.test", hostKey, reserve: "512MiB" } });
  declareMail("de");
});

afterEach(async () => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  await Promise.all([smtp.close(), calendars.close()]);
  rmSync(directory, { recursive: true });
});

test("an opening that was lost ends the run with 7, and each hostmaster is told of it once", async () => {
  const first = await patch("run", "--json");
  const why = expect.stringMatching(/^its calendar of blackouts cannot be read: .*503.*, and there is no copy of it$/);
  expect([first.exitCode, JSON.parse(first.out)]).toMatchObject([
    7,
    { ok: false, runs: [], lost: [{ window: "nightly", occurrence, why, error: { code: "no-calendar" } }] },
  ]);
  expect(first.err).toMatch(
    /^warning: windows\.yaml: nightly\.blackouts\[0\]\.url \(http:\/\/127\.0\.0\.1:\d+\): .*503.*\n {2}next: make it/,
  );
  expect(smtp.recipients.flat().sort()).toEqual(["admin@coop.example", "root@coop.example"]);
  const mail = readable(smtp.mails[0]);
  expect(mail).toContain("X-Priority: 1");
  expect(mail).toContain("\r\n\r\nALARM: Fenster nicht geöffnet, Sperrzeiten-Kalender nicht lesbar\r\n\r\n");
  expect(mail).toMatch(
    /Grund: windows\.yaml: nightly\.blackouts\[0\]\.url \(http:\/\/127\.0\.0\.1:\d+\): Sperrzeiten-Kalender nicht lesbar: der Server antwortet 503.*\r\nNächster Schritt: den Kalender wieder/,
  );
  expect(mail).toContain("Patchlauf nightly/2027-03-02T02:00[UTC] des Stacks coop.prod.");

  // Tried again, and for another reason: the same opening.
  calendars.answer = (_, response) => response.end("<html>");
  const second = await patch("run");
  expect(second.exitCode).toBe(7);
  expect(second.err).toMatch(/cannot be read: what comes from there is no ICS calendar/);
  expect(second.out).toMatch(
    /^1 window would be open but stayed closed; nothing was changed\nnightly: closed: its calendar of blackouts cannot be read\n {2}not done: nightly\/2027-03-02/,
  );
  expect(smtp.mails).toHaveLength(2);
  expect(JSON.stringify([first, second, smtp.mails])).not.toContain("geheim");

  vi.setSystemTime(Date.parse(now) + 86_400_000);
  declareMail("en");
  expect(await patch("run")).toMatchObject({ exitCode: 7 });
  expect(smtp.mails).toHaveLength(4);
  expect(smtp.mails[2]).toContain("Subject: [coop.prod] nightly: ALERT: not opened, its calendar of blackouts");
});

test("asked for by its name, the window is an error; nothing is lost outside of openings, and on days known to be closed", async () => {
  await expect(patch("run", "--window", "nightly")).rejects.toMatchObject({ code: "no-calendar" });
  vi.setSystemTime(Date.parse("2027-03-02T12:00Z"));
  const closed = await patch("run", "--json");
  expect([closed.exitCode, JSON.parse(closed.out)]).toMatchObject([0, { ok: true, lost: [] }]);
  expect(closed.err).toContain("cannot be read");
  vi.setSystemTime(Date.parse(now));
  declare("http://127.0.0.1:1/", "2027-03-02");
  const blackedOut = await patch("run");
  expect(blackedOut).toMatchObject({ exitCode: 0 });
  expect(blackedOut.out).toBe(
    "no patch window is open; nothing was changed\nnightly: does not take place, a blackout\n  not done: nightly/2027-03-02T02:00[UTC]\n",
  );
  expect(JSON.parse((await patch("run", "--json")).out).blackedOut).toEqual([{ window: "nightly", occurrence }]);
  expect(smtp.mails).toEqual([]);
});

test("an address that is missing from the configuration is such a loss, and hostmasters are told what to do", async () => {
  declare({ config: "holidays" });
  declareMail("en");
  const { exitCode, out } = await patch("run", "--json");
  expect([exitCode, JSON.parse(out).lost]).toMatchObject([7, [{ window: "nightly", error: { code: "no-calendar" } }]]);
  expect(readable(smtp.mails[0])).toContain("Next: set it: pulumi config set --secret holidays, or");
});

test("nothing is lost by a window that has no host", async () => {
  write("inventory/hosts.yaml", {});
  const { exitCode, out, err } = await patch("run", "--json");
  expect([exitCode, JSON.parse(out)]).toMatchObject([0, { ok: true, runs: [], lost: [] }]);
  expect(err).toContain("cannot be read");
  expect(smtp.mails).toEqual([]);
});

test("members are told once the calendar can be read, unless it closes the window", async () => {
  write("inventory/members/anna.yaml", "number: 1\nemail: anna@example.org\n");
  mkdirSync(join(directory, "inventory/services"));
  write("inventory/services/blog.yaml", "member: anna\nhost: web1\nimage: registry.test/site:1\nram: 64MiB\n");
  vi.setSystemTime(Date.parse("2027-03-01T20:00Z"));
  const states = async () => {
    const { exitCode, out } = await patch("notify", "--json");
    const { notices, unread } = JSON.parse(out);
    return [exitCode, notices.length, unread.map(({ window }: { window: string }) => window)];
  };
  expect(await states()).toEqual([0, 0, ["nightly"]]);
  calendars.answer = (_, response) => response.end(calendarOf("20270302"));
  expect(await states()).toEqual([0, 0, []]);
  calendars.answer = (_, response) => response.end(calendarOf("20270303"));
  expect(await states()).toEqual([0, 1, []]);
});

test("an emergency's reason that no host would take is refused before anything is reached", async () => {
  for (const reason of ["a hole\tin sshd", "a hole\nin sshd"])
    await expect(patch("run", "--emergency", "--by", "gerd", "--reason", reason)).rejects.toMatchObject({
      code: "bad-emergency",
      name: "UserError",
    });
});
