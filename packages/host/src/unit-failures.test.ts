import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { UnitFailuresSpec } from "@allmende/model";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { renderHost } from "./render-host.js";
import { web1 } from "./testing/samples.js";

const scripts = fileURLToPath(new URL("../scripts", import.meta.url));
const spec: UnitFailuresSpec = {
  ...{ from: { name: "Größe eG", address: "noreply@coop.example" }, hostmasters: ["one@coop.example"] },
  ...{ language: "en", atMostEverySeconds: 900, sameUnitEverySeconds: 21_600, logLines: 2 },
  smtp: { host: "smtp.example", port: 587, tls: "starttls", isVerified: true },
};
const start = 1_800_000_000;
let root: string;
/** What the journal has, and where the last look at it ended. */
let journal: string[];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "allmende-failures-"));
  journal = [entry("sshd.service", { _PID: "99" })];
  write("/etc/passwd", "root:x:0:0::/root:/bin/sh\nanna:x:21042:21042::/home/anna:/bin/sh\n");
  write("/var/lib/allmende/manifests/member.anna", "");
  write("/var/lib/allmende/manifests/service.anna.anna-blog", "");
  // Reads what the test wrote, as journalctl would: the last entry, those after a place, a unit's own lines.
  write(
    "/journalctl",
    `#!/bin/sh
case " $* " in
  *" -n 1 "*) tail -n 1 ${root}/journal ;;
  *--unit=*) printf 'a line of %s\\n' "$*" ;;
  *) for word; do case $word in --after-cursor=*) after=\${word#*=} ;; esac; done
    sed "0,/\\"__CURSOR\\":\\"$after\\"/d" ${root}/journal ;;
esac
`,
  );
  declare(spec);
});
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text, { mode: 0o755 });
}

/** As the host has it, but that the mail goes into a file, or nowhere while `isDown`. */
function declare(unitFailures: UnitFailuresSpec, isDown = false): void {
  for (const { path, content } of renderHost({ ...web1, unitFailures }).files) write(path, content);
  const url = isDown ? "file:///nowhere/mail" : `file://${root}/sent`;
  write("/etc/allmende/unit-failures.curl", `url = "${url}"\n`);
}

function entry(unit: string, fields: Readonly<Record<string, string>> = {}, at = start): string {
  const place = `s=1;i=${Math.random().toString(16).slice(2)}`;
  const known = { __CURSOR: place, __REALTIME_TIMESTAMP: `${at}000000`, UNIT: unit, UNIT_RESULT: "exit-code" };
  return JSON.stringify({ ...known, _UID: "0", _PID: "1", ...fields });
}

const ofAnna = (unit: string, at = start) =>
  entry("", { UNIT: "", USER_UNIT: unit, _UID: "21042", _PID: "77", ...managerOf("21042") }, at);
const managerOf = (uid: string) => ({ _SYSTEMD_UNIT: `user@${uid}.service`, _SYSTEMD_USER_UNIT: "init.scope" });

interface Look {
  readonly status: number | null;
  readonly said: string;
  /** Header and text of the mail that was sent. */
  readonly mail: string | undefined;
}

/** One look, `seconds` after the start. */
async function look(seconds: number): Promise<Look> {
  writeFileSync(join(root, "journal"), journal.map((line) => `${line}\n`).join(""));
  rmSync(join(root, "sent"), { force: true });
  const child = spawn("sh", [join(scripts, "unit-failures.sh"), root, String(start + seconds), `${root}/journalctl`]);
  let said = "";
  child.stdout.on("data", (data) => (said += data));
  child.stderr.on("data", (data) => (said += data));
  const status = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { status, said, mail: readMail() };
}

function readMail(): string | undefined {
  try {
    const [headers = "", body = ""] = readFileSync(join(root, "sent"), "utf8").split("\n\n");
    return `${headers}\n\n${Buffer.from(body, "base64").toString("utf8")}`;
  } catch {
    return undefined;
  }
}
const subjectOf = ({ mail }: Look) => /^Subject: (.*)$/m.exec(mail ?? "")?.[1];
const state = () => readFileSync(join(root, "var/lib/allmende/unit-failures/state"), "utf8");

describe("unit-failures.sh", () => {
  it("begins with what fails after its first look", async () => {
    expect(await look(0)).toEqual({ status: 0, said: "", mail: undefined });
    expect(await look(60)).toMatchObject({ status: 0, said: "", mail: undefined });
    journal.push(entry("demo.service"));
    const { status, said, mail } = await look(120);
    expect([status, said]).toEqual([0, "<5>told the hostmasters: web1: 1 unit failed: demo.service\n"]);
    expect(mail).toMatch(/^From: =\?utf-8\?B\?\S+\?= <noreply@coop\.example>\nTo: one@coop\.example\nSubject: web1: 1/);
    expect(mail).toContain("demo.service, a unit of the system\n  failed at 2027-01-15 08:00:00, result: exit-code");
    expect(mail).toContain("    a line of -q --no-hostname -o short-iso -n 2 --unit=demo.service");
  });

  it("puts all of a look into one mail, and names members and services, whose logs it leaves alone", async () => {
    await look(0);
    journal.push(ofAnna("anna-blog.service"), ofAnna("own.timer"), entry("a.service"), ofAnna("anna-blog.service"));
    journal.push(entry("user@21042.service"));
    const seen = await look(60);
    expect(subjectOf(seen)).toBe("web1: 4 units failed: anna/anna-blog, anna/own.timer, a.service and 1 more");
    expect(seen.mail).toMatch(/Service anna-blog of the member anna\n {2}failed 2 times from .*\n {2}Its log may hold/);
    expect(seen.mail).toContain("own.timer, a unit of the member anna");
    expect(seen.mail?.match(/a line of .*/g)).toEqual([expect.stringContaining("--unit=a.service")]);
  });

  it("counts what must wait, and names it in the next mail", async () => {
    await look(0);
    journal.push(entry("a.service"));
    expect(subjectOf(await look(60))).toBe("web1: 1 unit failed: a.service");
    journal.push(entry("b.service"), entry("a.service"));
    expect((await look(120)).mail).toBeUndefined();
    journal.push(entry("a.service"));
    expect((await look(900)).mail).toBeUndefined();
    const second = await look(960);
    expect(subjectOf(second)).toBe("web1: 1 unit failed: b.service");
    expect(second.mail).toMatch(/Failed again since a mail told of it:\n\na\.service, .*\n {2}failed 2 times/);
    journal.push(entry("a.service"));
    expect((await look(21_600)).mail).toBeUndefined();
    expect(subjectOf(await look(21_660))).toBe("web1: 1 unit failed: a.service");
    expect((await look(100_000)).mail).toBeUndefined();
  });

  it("loses nothing while no mail can be sent, tries less and less often, and is no failed unit because of it", async () => {
    await look(0);
    declare(spec, true);
    journal.push(entry("a.service"));
    const failed = await look(60);
    expect(failed).toMatchObject({ status: 0, mail: undefined });
    expect(failed.said).toMatch(/^<3>the mail about failed units cannot be sent, and is tried again: curl: /);
    journal.push(entry("b.service"));
    expect((await look(120)).said).toContain("cannot be sent");
    expect((await look(180)).said).toBe("");
    declare(spec);
    const sent = await look(240);
    expect(subjectOf(sent)).toBe("web1: 2 units failed: a.service, b.service");
    expect(sent.mail).toContain("Since 2027-01-15 08:01:00 this mail could not be sent.");
    expect(state()).not.toMatch(/unsent|held/);
  });

  it("believes nobody who is not the manager of the unit", async () => {
    await look(0);
    const forged = { _UID: "21042", _PID: "77", _SYSTEMD_UNIT: "user@21042.service" };
    journal.push(
      entry("ssh.service", { ...forged, _SYSTEMD_USER_UNIT: "anna-blog.service" }),
      entry("ssh.service", { _PID: "99" }),
      entry("", { ...forged, USER_UNIT: "x.service", _SYSTEMD_USER_UNIT: "anna-blog.service" }),
      entry("", { ...forged, USER_UNIT: 'x","_UID":"0","_PID":"1","UNIT":"ssh.service', ...managerOf("21042") }),
      ofAnna("x.service\nSubject: y"),
      ofAnna("x y.service"),
      ofAnna(`${"ab".repeat(32)}-1f2e3d4c.service`),
    );
    expect(await look(60)).toEqual({ status: 0, said: "", mail: undefined });
  });

  it("lets nobody fill the mail with invented units", async () => {
    await look(0);
    for (let each = 0; each < 200; each += 1) journal.push(ofAnna(`x${each}.service`));
    const seen = await look(60);
    expect(subjectOf(seen)).toContain("31 units failed");
    expect(seen.mail).toMatch(/Further units, a unit of the member anna\n {2}failed 170 times/);
  });

  it("writes German, and takes units whose names systemd escaped", async () => {
    declare({ ...spec, language: "de" });
    await look(0);
    journal.push(entry("dev-a\\x2db.mount", { UNIT_RESULT: "timeout" }));
    const seen = await look(60);
    expect(subjectOf(seen)).toBe("web1: 1 Unit ist ausgefallen: dev-a\\x2db.mount");
    expect(seen.mail).toMatch(/Ergebnis: timeout[\s\S]*höchstens alle 15m/);
  });

  it("says so when it cannot read the journal or what is declared", async () => {
    await look(0);
    cpSync("/bin/false", join(root, "journalctl"));
    expect(await look(60)).toMatchObject({ status: 1, said: "<3>the journal cannot be read\n" });
    rmSync(join(root, "etc/allmende/unit-failures"));
    expect((await look(60)).status).toBe(1);
  });
});

describe("renderHost", () => {
  const filesOf = (unitFailures?: UnitFailuresSpec) => renderHost({ ...web1, unitFailures });

  it("has the timer and curl where it is declared, and nothing of it elsewhere", () => {
    const [bare, full] = [filesOf(), filesOf({ ...spec, smtp: { ...spec.smtp, ca: "PEM" } })];
    const added = full.files.map(({ path }) => path).filter((path) => !bare.files.some((file) => file.path === path));
    expect(added).toEqual([
      ...["", ".curl", ".pem", ".sh", ".awk"].map((suffix) => `/etc/allmende/unit-failures${suffix}`),
      ...["service", "timer"].map((kind) => `/etc/systemd/system/allmende-unit-failures.${kind}`),
      "/etc/systemd/system/timers.target.d/50-allmende-unit-failures.conf",
    ]);
    expect(full.packages).toEqual([...bare.packages, "curl"]);
  });

  it("keeps the password in one file that root alone reads", () => {
    const login = { user: "no:reply", password: 'p"\\w ü' };
    const tree = filesOf({ ...spec, smtp: { ...spec.smtp, tls: "implicit", isVerified: false, login } });
    const holding = tree.files.filter(({ content }) => content.includes(encodeURIComponent(login.password)));
    expect(holding).toMatchObject([{ path: "/etc/allmende/unit-failures.curl", mode: 0o600, secret: true }]);
    expect(holding[0]?.content).toContain('url = "smtps://no%3Areply:p%22%5Cw%20%C3%BC@smtp.example:587"\ninsecure\n');
    expect(JSON.stringify(tree.files)).not.toContain(login.password);
    expect(JSON.stringify(tree.declared)).not.toContain("no:reply");
  });
});
