import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finished, run } from "./tools.js";

export interface TestAgent {
  readonly socket: string;
  stop(): Promise<void>;
}

/** A real ssh-agent that holds the given private keys. */
export async function startAgent(privateKeyPaths: readonly string[]): Promise<TestAgent> {
  const directory = await mkdtemp(join(tmpdir(), "allmende-agent-"));
  const socket = join(directory, "socket");
  const child = spawn("ssh-agent", ["-D", "-a", socket], { stdio: ["ignore", "pipe", "ignore"] });
  const ended = finished(child);
  // It names its socket once it listens there.
  await new Promise((resolve) => child.stdout.once("data", resolve));
  for (const path of privateKeyPaths) await run("ssh-add", ["-q", path], { SSH_AUTH_SOCK: socket });
  return {
    socket,
    async stop() {
      child.kill();
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}
