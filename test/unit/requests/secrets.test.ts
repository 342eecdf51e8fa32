import { join } from "node:path";
import { execa } from "execa";
import { expect, it, onTestFinished, vi } from "vitest";
import { memberInventory } from "../../../packages/cli/src/request/testing/member-inventory.js";
import { closedSettings, passphrase } from "../../../packages/cli/src/stack/testing/closed-settings.js";
import { allmendeOfSources } from "./allmende.js";
import { TerminalSession } from "./terminal.js";

// Each starts the command from its sources.
vi.setConfig({ testTimeout: 120_000 });

const password = "q3Zr-not-to-be-read-by-anybody-else";

function stack(): string {
  const directory = memberInventory({
    "Pulumi.yaml": "name: coop\nruntime: nodejs\n",
    "index.ts": "",
    "Pulumi.prod.yaml": closedSettings({ "coop:anna.anna-db.password": password }),
    "requests/db.yaml": `{ change: create, service: anna-db, member: anna, template: postgresql, host: web2, level: basic,
      askedBy: anna@example.org, askedAt: "2026-11-20T10:00:00Z", date: "2026-11-23", values: {} }\n`,
  });
  vi.stubEnv("PULUMI_CONFIG_PASSPHRASE", passphrase);
  vi.stubEnv("PULUMI_BACKEND_URL", `file://${join(directory, ".state")}`);
  vi.stubEnv("PULUMI_HOME", join(directory, ".pulumi"));
  onTestFinished(() => void vi.unstubAllEnvs());
  return directory;
}

const show = ["request", "secrets", "db", "--show"] as const;

it("shows a generated password to whoever sits at a terminal", async () => {
  const terminal = new TerminalSession(stack(), "en_GB.UTF-8", ...show);
  onTestFinished(() => terminal.end());
  await terminal.shows(new RegExp(`^anna-db: Password of the user postgres: ${password}$`, "m"));
  expect(await terminal.exitCode).toBe(0);
});

it("refuses that in a pipe, with the exit code of wrong usage", async () => {
  const { args, environment } = allmendeOfSources;
  const options = { cwd: stack(), env: environment, reject: false, all: true } as const;
  const { exitCode, all } = await execa(process.execPath, [...args, ...show], options);
  expect(exitCode).toBe(2);
  expect(all).toMatch(/standard output is no terminal[\s\S]*without a pipe/);
  expect(all).not.toContain(password);
});
