import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sshdMissing, startSshd, type TestSshd } from "./testing/index.js";

/** A program of its own, to see whether it ends by itself. */
const program = `
import { SshPool } from "${fileURLToPath(new URL("index.ts", import.meta.url))}";
const { connection, privateKeyPath } = JSON.parse(process.argv[2]);
const main = async () => {
  const pool = new SshPool({ credentials: { privateKeyPath } });
  const ssh = await pool.get(connection);
  process.stdout.write((await ssh.exec("echo bundled")).stdout);
  await ssh.exec("exec sleep 5", { timeoutMs: 50 }).catch(() => {});
  await pool.close();
  const refused = new SshPool({ credentials: { privateKeyPath }, connectDeadlineMs: 300 });
  await refused.get({ ...connection, port: 9 }).catch((error) => console.log(error.code));
  await refused.close();
};
main();
`;

describe.skipIf(sshdMissing())("bundled to CommonJS, as the Pulumi plugin is", () => {
  let sshd: TestSshd;
  let directory: string;
  beforeAll(async () => {
    sshd = await startSshd();
    directory = await mkdtemp(join(tmpdir(), "allmende-bundle-"));
  }, 30_000);
  afterAll(async () => {
    await rm(directory, { recursive: true, force: true });
    await sshd.stop();
  });

  test("it works, and the process ends by itself after close()", async () => {
    const entry = join(directory, "main.ts");
    const bundle = join(directory, "main.cjs");
    await writeFile(entry, program);
    await build({
      entryPoints: [entry],
      outfile: bundle,
      bundle: true,
      platform: "node",
      target: "node20",
      format: "cjs",
      logLevel: "silent",
      alias: { "@allmende/model": fileURLToPath(new URL("../../model/src/index.ts", import.meta.url)) },
      // ssh2's optional native parts: absent, and it copes.
      external: ["cpu-features", "*.node"],
    });
    const args = JSON.stringify({ connection: sshd.connection, privateKeyPath: sshd.privateKeyPath });
    const started = performance.now();
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [bundle, args], {
      cwd: directory,
      timeout: 10_000,
    });
    expect(stderr).toBe("");
    expect(stdout).toBe("bundled\nhost-unreachable\n");
    // The command that was given up sleeps on; we do not.
    expect(performance.now() - started).toBeLessThan(4500);
  });
});
