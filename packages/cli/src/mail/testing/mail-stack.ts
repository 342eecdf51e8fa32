import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  makeCertificate,
  startSmtpServer,
  type TestCertificate,
  type TestSmtpServer,
  testLogin,
} from "@allmende/patching/testing";
import { afterEach, beforeAll, beforeEach, vi } from "vitest";
import { readStackFolder } from "../../stack/folder.js";
import { closedSettings, passphrase } from "../../stack/testing/closed-settings.js";

export const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFLaABh3Oo97Dc7nNUQUz0xIfUJXB18IfWIE7EOSrq4e";
const windows = `nightly:
  { recurrence: FREQ=DAILY, zone: UTC, start: "2026-01-01T02:00", duration: 3h, updates: security, reboot: never, hosts: all, waves: [],
    canary: none, concurrency: 1, errorThreshold: 0, cutoff: { upgrade: 90m, restart: 45m }, notice: 12h }
`;
export const now = Date.UTC(2026, 10, 24, 20);
/** Of anna-db, as a template makes it. */
export const databasePassword = "q3Zr-not-to-be-read-by-anybody-else";

let certificate: TestCertificate;
let server: TestSmtpServer;
let directory: string;
/** A password as Pulumi's configuration holds it, closed by a passphrase. */
let settings: string;

/** A stack with members and an SMTP server that really takes mails: new for each test. */
export const mailStack = {
  get server() {
    return server;
  },
  get directory() {
    return directory;
  },
  folder: () => readStackFolder(directory),
  write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(directory, path, ".."), { recursive: true });
      writeFileSync(join(directory, path), text);
    }
  },
};

/** Call it once in a test file. */
export function useMailStack(): void {
  beforeAll(() => {
    certificate = makeCertificate();
    settings = closedSettings({
      "coop:smtpPassword": testLogin.password,
      "coop:anna.anna-db.password": databasePassword,
    });
  });
  beforeEach(async () => {
    // What was sent is remembered for so long: the test may not depend on the day on which it runs.
    vi.useFakeTimers({ now, toFake: ["Date"] });
    server = await startSmtpServer(certificate);
    directory = mkdtempSync(join(tmpdir(), "allmende-mail-"));
    vi.stubEnv("PULUMI_CONFIG_PASSPHRASE", passphrase);
    vi.stubEnv("PULUMI_BACKEND_URL", `file://${directory}/.state`);
    vi.stubEnv("PULUMI_HOME", join(directory, ".pulumi"));
    const service = (member: string) => `member: ${member}\nhost: web1\nimage: registry.test/site:1\nram: 64MiB\n`;
    const smtp = { host: "localhost", port: server.port, tls: "starttls", ca: certificate.ca, user: testLogin.user };
    mailStack.write({
      "Pulumi.yaml": "name: coop\nruntime: nodejs\n",
      "Pulumi.prod.yaml": settings,
      "index.ts": "",
      "inventory/hosts.yaml": `web1: { address: web1.test, hostKey: ${hostKey}, reserve: 512MiB }\n`,
      "inventory/windows.yaml": windows,
      "inventory/mail.yaml": JSON.stringify({
        ...{ from: { name: "Coop", address: "noreply@coop.example" }, questions: "help@coop.example" },
        ...{ hostmasters: ["root@coop.example"], language: "en" },
        smtp: { ...smtp, password: { config: "smtpPassword" } },
      }),
      "inventory/members/anna.yaml": "number: 1\nemail: anna@example.org\nlanguage: de\n",
      "inventory/members/bert.yaml": "number: 2\n",
      "inventory/services/anna-blog.yaml": service("anna"),
      "inventory/services/bert-wiki.yaml": service("bert"),
    });
  });
  afterEach(async () => {
    vi.useRealTimers();
    vi.unstubAllEnvs();
    await server.close();
    rmSync(directory, { recursive: true });
  });
}
