import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeCertificate, startSmtpServer, type TestSmtpServer } from "@allmende/patching/testing";
import { execa } from "execa";
import { stringify } from "yaml";
import { projectDirectory } from "../support/paths.js";
import type { TestStack } from "../support/test-stack.js";

/** One window in windows.yaml, nearly a whole day long, that first opens in the minute of an instant; `changes` are its keys. */
export function declareWindow(stack: TestStack, openMs: number, changes: Readonly<Record<string, unknown>> = {}): void {
  const start = new Date(openMs).toISOString().slice(0, 16);
  const always = { recurrence: "FREQ=DAILY", zone: "UTC", start, duration: "23h", updates: "security" };
  const order = { hosts: "all", waves: [], canary: { hosts: 1, soak: "1s" }, concurrency: 1, errorThreshold: 0 };
  const limits = { reboot: "never", cutoff: { upgrade: "1s", restart: "1s" }, notice: "1h" };
  const window = { ...always, ...order, ...limits, ...changes };
  writeFileSync(join(stack.directory, "inventory/windows.yaml"), stringify({ nightly: window }));
}

/** A mail server of which the stack's mail.yaml says that it takes the hostmasters' mails. */
export async function startHostmasterMail(stack: TestStack): Promise<TestSmtpServer> {
  const certificate = makeCertificate();
  const smtp = await startSmtpServer(certificate, { authOptional: true });
  const mail = {
    from: { name: "Coop", address: "noreply@coop.example" },
    ...{ questions: "help@coop.example", hostmasters: ["root@coop.example"], language: "en" },
    smtp: { host: "localhost", port: smtp.port, tls: "starttls", ca: certificate.ca },
  };
  writeFileSync(join(stack.directory, "inventory/mail.yaml"), stringify(mail));
  return smtp;
}

/** `allmende patch COMMAND --json` on a stack. */
export async function patch(stack: TestStack, command: string, ...options: readonly string[]) {
  const program = join(projectDirectory, "packages/cli/bin/allmende.js");
  const argv = [program, "patch", command, stack.directory, "--json", ...options];
  const { exitCode, stdout, stderr } = await execa("node", argv, { reject: false, stdin: "ignore" });
  return { exitCode, stderr, document: stdout === "" ? {} : JSON.parse(stdout) };
}
