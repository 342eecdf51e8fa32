import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Lab } from "@allmende/lab";
import { execa } from "execa";

const port = 8443;

/** Repositories that hosts of a lab fetch over https, at the lab's own network. */
export class GitServer {
  readonly #root: string;
  readonly #process: ChildProcess;

  private constructor(root: string, process: ChildProcess) {
    this.#root = root;
    this.#process = process;
  }

  static async start(lab: Lab): Promise<GitServer> {
    const root = mkdtempSync(join(tmpdir(), "allmende-git-"));
    const { directory } = lab.files;
    const script = fileURLToPath(new URL("git-server.mjs", import.meta.url));
    const certificate = [join(directory, "registry.crt"), join(directory, "registry.key")];
    const argv = [
      "netns",
      "exec",
      `allmende-${lab.name}`,
      process.execPath,
      script,
      root,
      ...certificate,
      String(port),
    ];
    const started = spawn("ip", argv, { stdio: ["ignore", "pipe", "inherit"] });
    const ended = once(started, "exit").then(() => Promise.reject(new Error("the Git server ended at once")));
    await Promise.race([once(started.stdout, "data"), ended]);
    ended.catch(() => {});
    return new GitServer(root, started);
  }

  /** As a member gives it: the name is in the certificate of the lab's registry. */
  url(name: string): string {
    return `https://registry.allmende.test:${port}/anna/${name}.git`;
  }

  /** A commit with these files on top of what is there. */
  async commit(name: string, files: Readonly<Record<string, string>>): Promise<void> {
    const bare = join(this.#root, "anna", `${name}.git`);
    const work = join(this.#root, "work", name);
    const git = (...args: readonly string[]) =>
      execa("git", ["-C", work, "-c", "user.name=Anna", "-c", "user.email=anna@example.org", ...args]);
    mkdirSync(work, { recursive: true });
    mkdirSync(dirname(bare), { recursive: true });
    await execa("git", ["init", "-q", "--bare", "-b", "main", bare]);
    await git("init", "-q", "-b", "main");
    for (const [path, text] of Object.entries(files)) writeFileSync(join(work, path), text);
    await git("add", "-A");
    await git("commit", "-q", "-m", "Change");
    await git("push", "-q", bare, "main");
  }

  async close(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      this.#process.kill();
      await once(this.#process, "exit");
    }
    rmSync(this.#root, { recursive: true, force: true });
  }
}
