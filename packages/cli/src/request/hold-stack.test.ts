import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { held, run } from "./testing/held-two.js";
import { writeInventoryFile } from "./testing/member-inventory.js";
import { MemberRepository, siteRequest } from "./testing/member-repository.js";

const hostKey = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${"A".repeat(43)}`;
const stateFile = ".state/.pulumi/stacks/coop/prod.json";
const before = { ...process.env };

let repository: MemberRepository;

/** An inventory that is a stack's folder itself, with two accepted requests for one port. */
beforeEach(async () => {
  repository = await MemberRepository.begin({
    "Pulumi.yaml": "name: coop\nruntime: nodejs\nbackend: { url: 'file://./.state' }\n",
    "Pulumi.prod.yaml": "config: {}\n",
    "package.json": '{ "type": "module" }\n',
    "index.mjs": "export const told = process.env.ALLMENDE_HELD_REQUESTS;\n",
    "mail.yaml": JSON.stringify({
      ...{ from: { name: "Coop", address: "noreply@coop.example" }, questions: "help@coop.example" },
      ...{ hostmasters: ["root@coop.example"], language: "en", smtp: { host: "localhost", port: 1, tls: "none" } },
    }),
  });
  process.env["PULUMI_HOME"] = join(repository.directory, ".home");
  for (const [id, service] of [
    ["one", "anna-one"],
    ["two", "anna-two"],
  ] as const)
    await repository.branch("anna", id, { [`requests/${id}.yaml`]: siteRequest(service, "port: 8090") });
  await repository.merge("hanna", "one");
  await repository.merge("hanna", "two");
});
afterEach(() => {
  process.env = { ...before };
});

const warning = /^warning: request two \(anna-two of anna\) waits.*\n {2}port 8090.*\n {2}next: .*allmende revert two/;
function outFolder(): string {
  const directory = mkdtempSync(join(tmpdir(), "allmende-kit-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

describe("of two accepted requests that do not go together, the later one waits:", () => {
  test.each(["preview", "up"])("%s tells people, scripts and the program", { timeout: 60_000 }, async (command) => {
    const words = [command, repository.directory, ...(command === "up" ? ["--yes"] : [])];
    expect((await run(...words)).err).toMatch(warning);
    const shown = await run(...words, "--json");
    expect(shown.err).toMatch(warning);
    expect(JSON.parse(shown.out)).toMatchObject({ ok: true, held: [held] });
    if (command === "up") expect(readFileSync(join(repository.directory, stateFile), "utf8")).toMatch(/"told": ?"two"/);
  });

  test("render leaves its files out", async () => {
    const words = ["render", "web1", "-C", repository.directory];
    expect((await run(...words, "--out", outFolder())).err).toMatch(warning);
    const { written, ...shown } = JSON.parse((await run(...words, "--out", outFolder(), "--json")).out);
    expect(shown).toMatchObject({ ok: true, source: "inventory", held: [held] });
    expect(written.join()).toMatch(/anna-one\.container/);
    expect(written.join()).not.toMatch(/anna-two/);
  });

  test.each([["plan"], ["run"], ["notify", "--dry-run"]])("patch %s", async (command, ...options) => {
    const words = ["patch", command, repository.directory, ...options];
    expect(await run(...words)).toMatchObject({ exitCode: 0, err: expect.stringMatching(warning) });
    expect(JSON.parse((await run(...words, "--json")).out)).toMatchObject({ ok: true, held: [held] });
  });

  test("patch report, also of hosts that do not answer", async () => {
    const inputs = { name: "web1", address: "127.0.0.1", port: 1, hostKey, reserve: "256MiB", ram: "1GiB" };
    const resources = [
      { urn: "urn:pulumi:prod::coop::allmende:index:Host::web1", type: "allmende:index:Host", inputs },
    ];
    writeInventoryFile(repository.directory, stateFile, JSON.stringify({ checkpoint: { latest: { resources } } }));
    const shown = await run("patch", "report", repository.directory, "--json");
    expect(shown).toMatchObject({ exitCode: 1, err: expect.stringMatching(warning) });
    expect(JSON.parse(shown.out)).toMatchObject({ ok: false, held: [held] });
  });
});
