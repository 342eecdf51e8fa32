import { join } from "node:path";
import { namespaceOf } from "./addresses.js";
import { assetPath } from "./cache.js";
import { command } from "./command.js";
import type { LabPaths } from "./paths.js";

/** Tells the kernel of a running host something: `cad`, `config ubd2=FILE`, `remove ubd2`. Throws LabError when it refuses. */
export async function tellKernel(paths: LabPaths, labName: string, host: string, words: readonly string[]) {
  const socket = join(paths.host(host), "uml", host, "mconsole");
  const argv = ["netns", "exec", namespaceOf(labName), "perl", assetPath("runtime", "mconsole.pl"), socket, ...words];
  await command("ip", argv, { timeoutMs: 30_000 });
}
