import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

// This file lies one level below the package, as source and as built.
const packageDirectory = fileURLToPath(new URL("..", import.meta.url));

/** The checkout: the folder that holds packages/ and stacks/. */
export const projectDirectory = join(packageDirectory, "..", "..");

/** The stack that `allmende demo` and `allmende lab` use. */
export const labStackDirectory = join(projectDirectory, "stacks", "lab");

/** The stack that patches the hosts of that one. */
export const patchStackDirectory = join(projectDirectory, "stacks", "patch");

/** The folder that holds the plugin `pulumi-resource-allmende`. */
export const pluginDirectory = join(projectDirectory, "packages", "provider", "bin");

/** How tools are found and installed; shared with the bootstrap, which runs before anything is built. */
export const toolsModuleUrl = new URL("../bootstrap/tools.mjs", import.meta.url).href;

/** ~/.cache/allmende, or ALLMENDE_CACHE. */
export function cacheDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  return environment["ALLMENDE_CACHE"] ?? join(homedir(), ".cache", "allmende");
}

/** ~ and ~/x as the user means it. */
export function expandHome(path: string): string {
  return path === "~" || path.startsWith("~/") ? join(homedir(), path.slice(1)) : path;
}
