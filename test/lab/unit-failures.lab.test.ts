import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Lab } from "@allmende/lab";
import { makeCertificate, startSmtpServer, type TestSmtpServer, testLogin } from "@allmende/patching/testing";
import { execa } from "execa";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { keepEvidence, testLab, until } from "./support/test-lab.js";
import { failuresOf, registry, TestStack } from "./support/test-stack.js";

const host = "web1";
/** Where the mail server is to the host: at the end of a tunnel. */
const serverPort = 2525;

let lab: Lab;
let stack: TestStack;
let smtp: TestSmtpServer;
let tunnel: Tunnel | undefined;
/** Arguments and environments of the host's processes while one of them was logged in at the mail server. */
let processes = "";
const certificate = makeCertificate();

beforeAll(async () => {
  lab = await testLab();
  smtp = await startSmtpServer(certificate, {
    onAuth: async ({ username, password }, _session, callback) => {
      const seen = await lab.run(host, ["sh", "-c", "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ | tr '\\0' ' '"]);
      processes += seen.stdout;
      const isRight = username === testLogin.user && password === testLogin.password;
      callback(isRight ? null : new Error("no"), { user: username });
    },
  });
  tunnel = await openTunnel();
  stack = new TestStack("unit-failures", lab);
  stack.hosts({ web2: null });
  stack.member("mina", { number: 1810 });
  stack.service("mina-site", {
    ...{ member: "mina", host, image: `${registry}/static-site:1`, ram: "32MiB" },
    ...{ ports: { web: "8076:8080" }, health: { http: "/", port: "web" } },
  });
  writeFileSync(
    join(stack.directory, "Pulumi.test.yaml"),
    stringify({
      config: { "allmende:privateKeyFile": lab.host(host).privateKeyPath, smtpPassword: testLogin.password },
    }),
  );
  declare(undefined);
  expect(failuresOf(await stack.up())).toBe("");
});

afterAll(async () => {
  await stack?.destroy();
  tunnel?.close();
  await smtp?.close();
  await onHost(
    "rm -f /run/systemd/system/demo-*.service; systemctl daemon-reload; systemctl reset-failed 'demo-*' || :",
  );
});

beforeEach(() => keepEvidence(lab));

interface Tunnel {
  close(): void;
}

/** The lab has no way out: what the host sends to its own port arrives at the test's server. */
async function openTunnel(): Promise<Tunnel> {
  const forward = `127.0.0.1:${serverPort}:127.0.0.1:${smtp.port}`;
  const argv = ["-F", lab.files.sshConfig, "-N", "-o", "ExitOnForwardFailure=yes", "-R", forward, host];
  const child = execa("ssh", argv, { reject: false, stdin: "ignore" });
  await until("the tunnel is there", async () => (await onHost(`ss -Hltn 'sport = ${serverPort}'`)) !== "");
  return { close: () => child.kill() };
}

function declare(unitFailures: object | undefined): void {
  const mail = {
    ...{ from: { name: "Größe eG", address: "noreply@coop.example" }, questions: "help@coop.example" },
    ...{ hostmasters: ["one@coop.example", "nobody@coop.example", "two@coop.example"], language: "de" },
    smtp: {
      ...{ host: "localhost", port: serverPort, tls: "starttls", ca: certificate.ca },
      ...{ user: testLogin.user, password: { config: "smtpPassword" } },
    },
    unitFailures,
  };
  writeFileSync(join(stack.directory, "inventory/mail.yaml"), stringify(mail));
}

async function onHost(script: string): Promise<string> {
  const { stdout } = await lab.run(host, ["sh", "-c", script], { timeoutMs: 120_000 });
  return stdout.trim();
}

/** Units of the system that fail, one after the other. */
async function fail(...names: readonly string[]): Promise<void> {
  await onHost(`
    for name in ${names.join(" ")}; do
      printf '[Service]\\nType=oneshot\\nExecStart=/bin/sh -c "echo last words of %%n; exit 3"\\n' >/run/systemd/system/$name.service
    done
    systemctl daemon-reload
    for name in ${names.join(" ")}; do systemctl start $name; done
  `);
}

const failMember = () => onHost("systemctl --user -M mina@ kill --signal=KILL mina-site.service");
const look = () => onHost("systemctl start allmende-unit-failures.service");
const remaining = () => onHost("grep -c ^held /var/lib/allmende/unit-failures/state; :");

/** Looks until so many mails have come; the last of them. */
async function mail(count: number): Promise<{ subject: string; text: string }> {
  await until(`${count} mails`, async () => {
    await look();
    return smtp.mails.length >= count;
  });
  expect(smtp.mails).toHaveLength(count);
  const [headers = "", body = ""] = (smtp.mails[count - 1] ?? "").split("\r\n\r\n");
  const subject = /^Subject: (.*)$/m.exec(headers)?.[1]?.trim() ?? "";
  return { subject, text: Buffer.from(body, "base64").toString("utf8") };
}

describe("units that fail", () => {
  test("are watched once that is declared; the password is a secret all the way", async () => {
    declare({ atMostEvery: "5s", sameUnitEvery: "1h", logLines: 5 });
    const preview = await stack.preview("--diff");
    expect(preview.steps.flatMap(({ changes }) => changes)).toContain("unitFailures");
    const run = await stack.up();
    expect(failuresOf(run)).toBe("");
    expect(await onHost("systemctl is-active allmende-unit-failures.timer")).toBe("active");
    expect(await onHost("stat -c '%a %U' /etc/allmende/unit-failures.curl")).toBe("600 root");
    for (const text of [preview.text, run.text, stack.stateText()]) {
      expect(text).not.toContain(testLogin.password);
      expect(text).not.toContain(encodeURIComponent(testLogin.password));
    }
    expect((await stack.run("drift")).exitCode).toBe(0);
    await look();
  });

  test("one unit of the system: the timer sends one mail, to all who have a mailbox", async () => {
    await fail("demo-a");
    await until("a mail", async () => smtp.mails.length > 0);
    const { subject, text } = await mail(1);
    expect(subject).toBe("web1: 1 Unit ist ausgefallen: demo-a.service");
    expect(text).toMatch(/demo-a\.service, eine Unit des Systems\n {2}ausgefallen um .*, Ergebnis: exit-code/);
    expect(text).toContain("last words of demo-a.service");
    expect(smtp.recipients).toEqual([["one@coop.example", "two@coop.example"]]);
  });

  test("ten at once and a member's service: one mail, without a word of the member's log", async () => {
    await fail(...Array.from({ length: 10 }, (_, number) => `demo-b${number}`));
    await failMember();
    const { subject, text } = await mail(2);
    expect(subject).toMatch(/^web1: 11 Units sind ausgefallen: demo-b0\.service, .* und 8 weitere$/);
    expect(text).toMatch(
      /Dienst mina-site des Mitglieds mina\n {2}ausgefallen um .*, Ergebnis: \S+\n {2}Das Protokoll kann/,
    );
    expect(await remaining()).toBe("0");
  });

  test("the same within its time: no mail, but it is counted and named in the next", async () => {
    await fail("demo-a", "demo-a");
    await look();
    expect(await remaining()).toBe("1");
    expect(smtp.mails).toHaveLength(2);
    await fail("demo-c");
    const { subject, text } = await mail(3);
    expect(subject).toBe("web1: 1 Unit ist ausgefallen: demo-c.service");
    expect(text).toMatch(/Wieder ausgefallen[\s\S]*demo-a\.service, .*\n {2}2-mal ausgefallen von/);
  });

  test("while the mail server is away nothing is lost, and nothing fails because of it", async () => {
    tunnel?.close();
    await until("the tunnel is gone", async () => (await onHost(`ss -Hltn 'sport = ${serverPort}'`)) === "");
    await fail("demo-d");
    const words = "journalctl -q -u allmende-unit-failures.service -o cat";
    await until("an attempt", async () => {
      await look();
      return (await onHost(words)).includes("cannot be sent");
    });
    expect(await onHost("systemctl is-failed allmende-unit-failures.service")).toBe("inactive");
    tunnel = await openTunnel();
    const { subject, text } = await mail(4);
    expect(subject).toBe("web1: 1 Unit ist ausgefallen: demo-d.service");
    expect(text).toContain("konnte diese Mail nicht verschickt werden");
  });

  test("the password was in no argument, no environment and no journal", async () => {
    expect(processes).toContain("/etc/allmende/unit-failures.curl");
    const journal = await onHost("journalctl -b -q -o export | grep -a unit-failures");
    for (const form of [testLogin.password, encodeURIComponent(testLogin.password)]) {
      expect(processes).not.toContain(form);
      expect(journal).not.toContain(form);
    }
  });

  test("a file that somebody changed is drift; switched off, nothing of it stays", async () => {
    await onHost("echo 'max-time = 1' >>/etc/allmende/unit-failures.curl");
    const drift = await stack.run("drift");
    expect(drift.exitCode).toBe(4);
    expect(drift.text).toContain("/etc/allmende/unit-failures.curl");
    declare(undefined);
    expect(failuresOf(await stack.up())).toBe("");
    const files =
      "find /etc /var/lib/allmende -path '*unit-failures*' ! -path '*/previous/*'; systemctl list-timers --all | grep unit-failures";
    expect(await onHost(files)).toBe("");
  });
});
