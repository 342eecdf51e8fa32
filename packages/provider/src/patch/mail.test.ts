import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeCertificate, startSmtpServer, type TestSmtpServer, testLogin } from "@allmende/patching/testing";
import { CustomResource } from "@pulumi/pulumi";
import { secret } from "@pulumi/pulumi/output.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EngineStack, openEngineStack, pulumiDirectory } from "../testing/engine-stack.js";
import { MemoryBackend } from "../testing/memory-backend.js";
import { patchRunInput, windowInput } from "../testing/patch-inputs.js";

class PatchRun extends CustomResource {
  constructor(name: string, inputs: object) {
    super("allmende:index:PatchRun", name, { ...inputs, occurrence: undefined, outcome: undefined });
  }
}

/** A real engine and a real SMTP server; hosts are in memory. */
describe.skipIf(pulumiDirectory === undefined)("mails of a patch run", { timeout: 60_000 }, () => {
  const certificate = makeCertificate();
  const backend = new MemoryBackend();
  const engines: EngineStack[] = [];
  let folder: string;
  let smtp: TestSmtpServer;
  let port: number;
  let window = windowInput("open");

  const mailInput = () => ({
    ...{ from: { name: "Coop", address: "noreply@coop.example" }, questions: "help@coop.example", language: "en" },
    ...{ hostmasters: ["root@coop.example"], sentLog: join(folder, "mail-lab.jsonl") },
    smtp: {
      ...{ host: "localhost", port, tls: "starttls", ca: certificate.ca },
      ...{ user: testLogin.user, password: secret(testLogin.password) },
    },
  });

  async function open(project: string): Promise<EngineStack> {
    const engine = await openEngineStack(
      project,
      async () => {
        for (const host of ["web1", "web2"])
          new PatchRun(`nightly-${host}`, patchRunInput(host, window, { mail: mailInput() as never }));
      },
      backend,
    );
    engines.push(engine);
    return engine;
  }

  /** Everything that is said, failed or not. */
  async function up({ stack }: EngineStack): Promise<string> {
    const said: string[] = [];
    const onOutput = (text: string) => said.push(text);
    await stack.up({ parallel: 1, onOutput, onError: onOutput }).catch(() => {});
    return said.join("");
  }

  const subjects = () => smtp.mails.splice(0).map((text) => /^Subject: (.*(?:\r\n .*)*)/m.exec(text)?.[1]);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "allmende-told-"));
    smtp = await startSmtpServer(certificate);
    port = smtp.port;
    for (const host of ["web1", "web2"])
      backend.patching.pending.set(host, [{ name: "alpha", from: "1.0", to: "1.1" }]);
  });

  afterAll(async () => {
    for (const engine of engines) await engine.close();
    await smtp.close();
    rmSync(folder, { recursive: true });
  });

  test("go to hostmasters once, whichever stack does the run; the state keeps nothing of it", async () => {
    const first = await open("one");
    expect(await up(first)).toContain("1 mail to hostmasters");
    expect(subjects()).toEqual(["[patch.test] nightly: 2 of 2 hosts done"]);
    const state = readFileSync(first.stateFile, "utf8");
    for (const text of [testLogin.password, "coop.example", "ciphertext"]) expect(state).not.toContain(text);
    await up(first);
    const said = await up(await open("two"));
    expect(said).toMatch(/nightly\/.* is over on web1, already done: by .*, begun .*\. Nothing was done now\./);
    expect(subjects()).toEqual([]);
  });

  test("a halt is an alert; the same halt again is none", async () => {
    backend.patching.breaking.add("web1");
    window = windowInput("open", { zone: "Etc/UTC" });
    const [engine] = engines as [EngineStack];
    await up(engine);
    expect(subjects()).toEqual([
      expect.stringContaining("[patch.test] nightly: ALERT: "),
      "[patch.test] nightly: 0 of 2 hosts done, 1 failed, 1 not begun",
    ]);
    await up(engine);
    expect(subjects()).toEqual([]);
    backend.patching.breaking.clear();
  });

  test("a server that takes none fails nothing, and is a warning", async () => {
    await smtp.close();
    window = windowInput("open", { zone: "Europe/London" });
    const said = await up(engines[0] as EngineStack);
    expect(said).toMatch(/warning: Hostmasters were not told by e-mail how nightly\/.* ended:/);
    expect(said).not.toContain("error:");
    expect(said).not.toContain(testLogin.password);
    expect(said).toContain("allmende patch run");
  });

  test("the next time tells them what they were not told, and patches nothing again", async () => {
    const [engine] = engines as [EngineStack];
    smtp = await startSmtpServer(certificate);
    port = smtp.port;
    const said = await up(engine);
    expect(said).toContain("1 mail to hostmasters");
    expect(said).toContain("Nothing was done now.");
    expect(subjects()).toEqual(["[patch.test] nightly: 2 of 2 hosts done"]);
    expect(await up(engine)).not.toContain("Nothing was done now.");
    expect(subjects()).toEqual([]);
    await smtp.close();
  });

  test("what is wrong with it is said at preview, and shows no password", async () => {
    port = 0;
    const said: string[] = [];
    const onOutput = (text: string) => said.push(text);
    await expect((engines[0] as EngineStack).stack.preview({ onOutput, onError: onOutput })).rejects.toThrow();
    expect(said.join("")).toMatch(/mail\.smtp\.port/);
    expect(said.join("")).not.toContain(testLogin.password);
  });
});
