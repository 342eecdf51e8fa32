import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lostOpeningLetters } from "@allmende/patching";
import { CalendarServer, makeCertificate, startSmtpServer, testLogin } from "@allmende/patching/testing";
import { log, runtime } from "@pulumi/pulumi";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PatchWindows } from "./patch-windows.js";

const hostKey = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${"A".repeat(43)}`;
const hourMs = 3_600_000;
const certificate = makeCertificate();

let program: string;
let calendar: CalendarServer;
let smtp: Awaited<ReturnType<typeof startSmtpServer>>;
let warnings: string[];

beforeEach(async () => {
  program = mkdtempSync(join(tmpdir(), "allmende-lost-"));
  mkdirSync(join(program, "inventory"));
  calendar = new CalendarServer("");
  calendar.answer = (_, response) => response.writeHead(503).end();
  smtp = await startSmtpServer(certificate);
  write("hosts.yaml", { web1: { address: "127.0.0.1", hostKey, reserve: "512MiB" } });
  writeMail();
  writeFileSync(join(program, "Pulumi.yaml"), "name: lab\nruntime: nodejs\n");
  const blackouts = [0, 1].map((number) => ({ url: { config: `holidays${number}` }, maxAge: "1h" }));
  write("windows.yaml", { open: windowFrom(-hourMs, blackouts), later: windowFrom(hourMs, blackouts) });
  const url = await calendar.listen();
  const config = { "patch:holidays0": `${url}/0`, "patch:holidays1": `${url}/1` };
  runtime.setAllConfig({ ...config, "patch:smtpPassword": testLogin.password });
  warnings = [];
  vi.spyOn(log, "warn").mockImplementation(async (text) => void warnings.push(text));
});

afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all([calendar.close(), smtp.close()]);
  rmSync(program, { recursive: true });
});

function write(file: string, content: object): void {
  writeFileSync(join(program, "inventory", file), JSON.stringify(content));
}

function writeMail(): void {
  write("mail.yaml", {
    ...{ from: { name: "Coop", address: "noreply@coop.example" }, questions: "help@coop.example", language: "en" },
    ...{ hostmasters: ["one@coop.example", "two@coop.example"] },
    smtp: {
      ...{ host: "localhost", port: smtp.port, tls: "starttls", ca: certificate.ca, user: testLogin.user },
      password: { config: "smtpPassword" },
    },
  });
}

/** Nearly a day long. */
function windowFrom(offsetMs: number, blackouts: object) {
  const start = new Date(Date.now() + offsetMs).toISOString().slice(0, 16);
  return {
    ...{
      recurrence: "FREQ=DAILY",
      zone: "UTC",
      start,
      duration: "22h",
      updates: "security",
      reboot: "never",
      blackouts,
    },
    ...{ hosts: "all", waves: [], canary: "none", concurrency: 1, errorThreshold: 0, notice: "1h" },
    cutoff: { upgrade: "1m", restart: "1m" },
  };
}

/** The program as it is applied, or previewed. */
async function run(preview = false): Promise<void> {
  const mocks = { newResource: ({ name, inputs }: { name: string; inputs: object }) => ({ id: name, state: inputs }) };
  runtime.setMocks({ ...mocks, call: () => ({}) }, "patch", "prod", preview);
  const { windows } = new PatchWindows("patching", { inventory: join(program, "inventory"), stack: "lab.prod" });
  const made = Object.values(windows).flatMap(({ runs }) => Object.values(runs));
  await Promise.all(made.map((each) => new Promise((resolve) => each.urn.apply(resolve))));
}

test("hostmasters are told once of an opening that is lost, as allmende patch run tells them, and by no preview", async () => {
  await run(true);
  expect(smtp.mails).toEqual([]);
  await run();
  expect(smtp.recipients.flat().sort()).toEqual(["one@coop.example", "two@coop.example"]);
  expect(smtp.mails[0]).toContain("Subject: [lab.prod] open: ALERT: not opened, its calendar of blackouts");
  expect(smtp.mails[0]).toContain("the server answers 503");
  await run();
  expect(smtp.mails).toHaveLength(2);
  // The file and the names are those of `allmende patch run` of that stack, so that it tells nobody again.
  const noted = readFileSync(join(program, ".state/mail-prod.jsonl"), "utf8");
  const occurrence = /Patch run (open\S+)/.exec(smtp.mails[0] ?? "")?.[1];
  const lost = { stack: "lab.prod", window: "open", occurrence: occurrence ?? "", why: "", nextStep: "" };
  const spec = { from: { name: "Coop", address: "noreply@coop.example" }, hostmasters: ["one@coop.example"] };
  const [letter] = lostOpeningLetters(lost, { ...spec, language: "en" } as never, 0);
  expect(noted).toContain(letter?.id);
});

test("a server that takes no mail is a warning, and the next time tells them", async () => {
  await smtp.close();
  await run();
  expect(warnings.join("\n")).toMatch(/Hostmasters were not told by e-mail that open\/.* is lost:/);
  expect(warnings.join("\n")).not.toContain(testLogin.password);
  smtp = await startSmtpServer(certificate);
  writeMail();
  await run();
  expect(smtp.mails).toHaveLength(2);
});
