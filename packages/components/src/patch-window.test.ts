import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { CalendarServer, calendarOf } from "@allmende/patching/testing";
import { log, type Output, runtime } from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { DebianHost } from "./debian-host.js";
import { type DeclaredWindowArgs, PatchWindow } from "./patch-window.js";
import { PatchWindows, type PatchWindowsArgs } from "./patch-windows.js";

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

const hostKey = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${"A".repeat(43)}`;
const written: DeclaredWindowArgs["window"] = {
  recurrence: "FREQ=DAILY",
  zone: "Europe/Berlin",
  start: "2026-12-01T02:00",
  duration: "3h",
  updates: "security",
  reboot: "never",
  hosts: "all",
  waves: [],
  canary: "none",
  concurrency: 1,
  errorThreshold: 0,
  cutoff: { upgrade: "90m", restart: "45m" },
  notice: "3d",
};

let folder: string;
let registered: Registered[];

const known = <T>(output: Output<T>) => new Promise<T>((resolve) => output.apply(resolve));
const runs = () => registered.filter(({ type }) => type.endsWith(":PatchRun"));
const settled = async (...windows: readonly PatchWindow[]) => {
  const all = windows.flatMap((each) => [...Object.values(each.runs), ...Object.values(each.emergencyRuns)]);
  await Promise.all(all.map((run) => known(run.urn)));
};

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "allmende-stack-")), "inventory");
  mkdirSync(join(folder, "blackouts"), { recursive: true });
  const host = (stage: string) => ({ address: "127.0.0.1", hostKey, reserve: "512MiB", labels: { stage } });
  writeFileSync(join(folder, "hosts.yaml"), JSON.stringify({ web1: host("test"), web2: host("production") }));
  const monthly = { ...written, hosts: { stage: "test" }, blackouts: [{ ics: "blackouts/coop.ics" }] };
  writeFileSync(join(folder, "windows.yaml"), JSON.stringify({ nightly: written, monthly }));
  writeFileSync(join(folder, "blackouts/coop.ics"), "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n");
  registered = [];
  runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        registered.push({ type, name, inputs });
        return { id: name, state: inputs };
      },
      call: () => ({}),
    },
    "patch",
    "prod",
  );
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(dirname(folder), { recursive: true, force: true });
});

test("all windows of an inventory: a run for each host that a window selects, told of all hosts of it", async () => {
  const { windows } = new PatchWindows("patching", { inventory: folder });
  await settled(...Object.values(windows));
  expect(
    runs()
      .map(({ name }) => name)
      .sort(),
  ).toEqual(["monthly-web1", "nightly-web1", "nightly-web2"]);
  const nightly = runs().find(({ name }) => name === "nightly-web2");
  expect(nightly?.inputs).toMatchObject({
    window: { name: "nightly", recurrence: "FREQ=DAILY" },
    host: { name: "web2", address: "127.0.0.1", hostKey },
    hosts: [
      { name: "web1", labels: { stage: "test" } },
      { name: "web2", labels: { stage: "production" } },
    ],
    stack: "patch.prod",
  });
  expect(nightly?.inputs["host"]).not.toHaveProperty("labels");
  expect(JSON.stringify(nightly?.inputs)).not.toContain('patching"');
  const monthly = runs().find(({ name }) => name === "monthly-web1");
  expect(monthly?.inputs["calendars"]).toEqual({ "blackouts/coop.ics": expect.stringContaining("VCALENDAR") });
});

test("a calendar by its address is fetched where the program runs; while it cannot be, its window stays closed, and no other", async () => {
  const server = new CalendarServer(calendarOf("20261203"));
  const blackouts = [{ url: { config: "holidays" }, maxAge: "1h" }];
  const declared = { nightly: { ...written, blackouts }, other: written };
  writeFileSync(join(folder, "windows.yaml"), JSON.stringify(declared));
  runtime.setAllConfig({ "patch:holidays": `${await server.listen()}/geheim` });
  const warn = vi.spyOn(log, "warn").mockResolvedValue(undefined);
  const calendars = async (more: Partial<PatchWindowsArgs> = {}) => {
    registered = [];
    const { windows } = new PatchWindows("patching", { inventory: folder, ...more });
    await settled(...Object.values(windows));
    return Object.fromEntries(runs().map(({ name, inputs }) => [name, JSON.stringify(inputs["calendars"] ?? "")]));
  };
  expect((await calendars())["nightly-web1"]).toContain("20261203");
  expect(existsSync(join(folder, ".state/calendars"))).toBe(true);
  expect(warn).not.toHaveBeenCalled();

  rmSync(join(folder, ".state"), { recursive: true });
  server.answer = (_, response) => response.writeHead(404).end();
  const closed = await calendars({ emergency: { reason: "a hole", by: "gerd", window: "nightly" } });
  await server.close();
  expect(Object.keys(closed)).toHaveLength(6);
  for (const [name, text] of Object.entries(closed))
    expect([name, text.includes("the server answers 404")]).toEqual([name, name.startsWith("nightly")]);
  expect(warn).toHaveBeenCalledTimes(1);
  const said = String(warn.mock.calls[0]?.[0]);
  expect(said).toMatch(
    /^windows\.yaml: nightly\.blackouts\[0\]\.url \(config:holidays\): the calendar of blackouts cannot be read: .*404/,
  );
  expect(said).toContain("make it readable again");
  expect(said).not.toContain("geheim");
});

test("an address that is not in the configuration closes its own window, and says how it gets there", async () => {
  const blackouts = [{ url: { config: "holidays" }, maxAge: "1h" }];
  writeFileSync(join(folder, "windows.yaml"), JSON.stringify({ nightly: { ...written, blackouts }, other: written }));
  runtime.setAllConfig({});
  const warn = vi.spyOn(log, "warn").mockResolvedValue(undefined);
  await settled(...Object.values(new PatchWindows("patching", { inventory: folder }).windows));
  const unread = runs().filter(({ inputs }) => JSON.stringify(inputs).includes("there is no value holidays"));
  expect(unread.map(({ name }) => name)).toEqual(["nightly-web1", "nightly-web2"]);
  expect(runs()).toHaveLength(4);
  expect(String(warn.mock.calls[0]?.[0])).toContain("set it: pulumi config set --secret holidays");
});

test("an emergency makes runs of its own, beside those of the window that it names", async () => {
  const decided = { reason: "a hole", by: "gerd" };
  const { windows } = new PatchWindows("patching", { inventory: folder, emergency: { ...decided, window: "monthly" } });
  await settled(...Object.values(windows));
  const urgent = runs().filter(({ inputs }) => inputs["emergency"] !== undefined);
  expect(urgent).toMatchObject([{ name: "monthly-emergency-web1", inputs: { emergency: decided } }]);
  expect(runs()).toHaveLength(4);
  expect(() => new PatchWindows("again", { inventory: folder, emergency: decided })).toThrow(/nightly, monthly/);
});

test("one window of an inventory, by the resource's name or another; a name that is not there is refused", async () => {
  await settled(new PatchWindow("monthly", { inventory: folder, stack: "lab.lab" }));
  expect(runs()).toMatchObject([{ name: "monthly-web1", inputs: { stack: "lab.lab" } }]);
  expect(() => new PatchWindow("weekly", { inventory: folder })).toThrow(/no window weekly.*nightly, monthly/);
});

test("a window that the program declares, for hosts that it declares", async () => {
  const make = (name: string, stage: string) =>
    new DebianHost(name, { address: `${name}.example.org`, hostKey, reserve: "512MiB", labels: { stage } });
  const hosts = [make("db1", "test"), make("db2", "production")];
  const window = new PatchWindow("weekly", { window: { ...written, hosts: { stage: "production" } }, hosts });
  await settled(window);
  expect(Object.keys(window.runs)).toEqual(["db2"]);
  expect(runs()).toMatchObject([{ name: "weekly-db2", inputs: { hosts: [{ name: "db2" }] } }]);
  expect(() => new PatchWindow("none", { window: { ...written, hosts: { stage: "lab" } }, hosts })).toThrow(/no host/);
  expect(() => new PatchWindow("wrong", { window: { ...written, zone: "Berlin" }, hosts })).toThrow(/zone/);
});

test("a file with vulnerabilities is meant from where the program runs, an address stays one", async () => {
  const from = async (vulnerabilities: string) => {
    registered = [];
    await settled(new PatchWindow("monthly", { inventory: folder, vulnerabilities }));
    return runs()[0]?.inputs["vulnerabilities"];
  };
  expect(await from("data.json")).toBe(join(process.cwd(), "data.json"));
  expect(await from("https://mirror.example.org/json")).toBe("https://mirror.example.org/json");
});

describe("with a mail.yaml", () => {
  const smtp = { host: "smtp.example.org", port: 587, tls: "starttls", user: "noreply" };
  const told = {
    ...{ from: { name: "Coop", address: "noreply@example.org" }, questions: "help@example.org" },
    ...{ hostmasters: ["root@example.org"], language: "en" as const },
  };

  beforeEach(() => {
    writeFileSync(
      join(folder, "mail.yaml"),
      JSON.stringify({ ...told, smtp: { ...smtp, password: { config: "smtpPassword" } } }),
    );
  });

  /** Of a secret, what it hides. */
  const mailOf = ({ mail }: Record<string, unknown>) => {
    const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
    const hidden = mail as { value: Record<string, unknown>; "4dabf18193072939515e22adb298388d": string };
    expect(hidden["4dabf18193072939515e22adb298388d"]).toBe(secretSignature);
    return hidden.value;
  };

  test("each run is told of it, with the password as a secret; what was sent is noted where the inventory's stack notes it", async () => {
    runtime.setAllConfig({ "patch:smtpPassword": "correct horse" });
    writeFileSync(join(folder, "../Pulumi.yaml"), "name: lab\nruntime: nodejs\n");
    const sentLogs = async (stack: string) => {
      registered = [];
      await settled(new PatchWindow("monthly", { inventory: folder, stack }));
      return runs().map(({ inputs }) => mailOf(inputs)["sentLog"]);
    };
    expect(await sentLogs("lab.prod")).toEqual([join(folder, "../.state/mail-prod.jsonl")]);
    expect(mailOf(runs()[0]?.inputs ?? {})).toMatchObject({ ...told, smtp: { ...smtp, password: "correct horse" } });
    // Of another project: the stack that the program is knows.
    expect(await sentLogs("other.prod")).toEqual([join(process.cwd(), ".state/mail-other.prod.jsonl")]);
  });

  test("a password that the configuration does not have is said before anything is registered", () => {
    runtime.setAllConfig({});
    expect(() => new PatchWindows("patching", { inventory: folder })).toThrow(
      /mail\.yaml.*there is no "smtpPassword".*pulumi config set --secret smtpPassword/,
    );
    expect(registered).toEqual([]);
  });
});
