import { access } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { namespaceOf } from "./addresses.js";
import { assetPath } from "./cache.js";
import { command } from "./command.js";
import { LabError } from "./errors.js";
import type { LabPaths } from "./paths.js";

/**
 * Tells the kernel of a running host something: `cad`, `config ubd2=FILE`, `remove ubd2`. A kernel that has just been started is waited for.
 * Throws LabError when it refuses or cannot be reached.
 */
export async function tellKernel(paths: LabPaths, labName: string, host: string, words: readonly string[]) {
  const socket = join(paths.host(host), "uml", host, "mconsole");
  await kernelListens(socket, host);
  const argv = ["netns", "exec", namespaceOf(labName), "perl", assetPath("runtime", "mconsole.pl"), socket, ...words];
  await command("ip", argv, { timeoutMs: 30_000 });
}

/** Resolves once a kernel has made its socket, early in its boot. Throws LabError `kernel-silent` when there is none after `timeoutMs`. */
export async function kernelListens(socket: string, host: string, timeoutMs = 30_000): Promise<void> {
  const giveUpAt = Date.now() + timeoutMs;
  while (!(await exists(socket))) {
    if (Date.now() >= giveUpAt)
      throw new LabError(`The kernel of ${host} does not listen: it has made no ${socket}.`, {
        code: "kernel-silent",
        concerns: host,
        nextStep: "Look at the host's console: its kernel may have ended during the boot.",
      });
    await delay(50);
  }
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
