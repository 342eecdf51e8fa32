import { chmodSync, cpSync, existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fillCache } from "./cache.mjs";
import { ensurePackages } from "./debian.mjs";
import { SetupError } from "./failures.mjs";
import { run } from "./processes.mjs";
import { step } from "./progress.mjs";
import { cacheDirectory, findOnPath } from "./tools.mjs";
import { isAtLeast, parseVersion } from "./versions.mjs";

/** What go.mod of the Pulumi CLI asks for. */
export const wantedGo = "1.25.11";
/** The toolchain as a Go module, with the sum that Go's checksum database has for it. */
const toolchain = {
  version: `v0.0.1-go${wantedGo}.linux-amd64`,
  sum: "h1:AUChz5pzC7L9cEGXaGD6Z0N5m2H2JDiTZywfitOXskU=",
};

/**
 * How a Go of this version gets at the wanted toolchain.
 * @param {string | undefined} answer of `go version`; undefined when there is none
 * @returns {"as-is" | "switches" | "downloads" | "install"} `switches`: GOTOOLCHAIN=auto does it (from 1.21);
 *   `downloads`: it can fetch the toolchain as a module; `install`: no usable Go
 */
export function planGo(answer) {
  const version = answer === undefined ? undefined : parseVersion(answer);
  if (version === undefined || !isAtLeast(version, "1.16")) return "install";
  if (isAtLeast(version, wantedGo)) return "as-is";
  return isAtLeast(version, "1.21") ? "switches" : "downloads";
}

/**
 * A Go that can build the Pulumi CLI: the one on PATH, else Debian's, which fetches the wanted toolchain where it is too old.
 * @returns {Promise<string>} the path of `go`; run it with GOTOOLCHAIN=auto
 */
export async function ensureGo() {
  const cached = join(cacheDirectory(), "go", wantedGo, "bin", "go");
  if (existsSync(cached)) return cached;
  let go = findOnPath("go");
  let plan = planGo(await versionOf(go));
  if (plan === "install") {
    // Without certificates it cannot verify whom it talks to.
    await ensurePackages(["ca-certificates", "golang-go"]);
    go = "/usr/bin/go";
    plan = planGo(await versionOf(go));
  }
  if (go === undefined || plan === "install") {
    throw new SetupError("No usable Go was found.", {
      nextStep: `install Go ${wantedGo} or newer, or the Pulumi CLI itself, and put it on PATH`,
    });
  }
  if (plan !== "downloads") return go;
  const old = go;
  await step(`Fetch Go ${wantedGo}`, (note) => fillCache(`go/${wantedGo}`, (to) => fetchToolchain(old, to, note)));
  return cached;
}

/** @param {string | undefined} go */
async function versionOf(go) {
  if (go === undefined || !existsSync(go)) return undefined;
  const { exitCode, stdout } = await run(go, ["version"], {
    allowFailure: true,
    env: { GOTOOLCHAIN: "local" },
  });
  return exitCode === 0 ? stdout : undefined;
}

/**
 * @param {string} go an old one, good enough to fetch a module
 * @param {string} directory
 * @param {(line: string) => void} onLine
 */
async function fetchToolchain(go, directory, onLine) {
  const scratch = join(directory, "go.mod");
  writeFileSync(scratch, "module allmende/toolchain\n\ngo 1.16\n");
  const { stdout } = await run(go, ["mod", "download", "-json", `golang.org/toolchain@${toolchain.version}`], {
    cwd: directory,
    env: { GOFLAGS: "-mod=mod", GOWORK: "off" },
    onLine,
  });
  const { Dir: source, Sum: sum } = JSON.parse(stdout);
  if (sum !== toolchain.sum) throw new SetupError(`Go ${wantedGo} has the wrong checksum: ${sum}.`);
  cpSync(source, directory, { recursive: true });
  makeExecutable(directory);
}

/**
 * Modules carry neither write nor execute permission.
 * @param {string} directory
 */
function makeExecutable(directory) {
  chmodSync(directory, 0o755);
  for (const entry of readdirSync(directory, {
    withFileTypes: true,
    recursive: true,
  })) {
    const path = join(entry.parentPath, entry.name);
    const program = /\/(bin|pkg\/tool\/[^/]+)\/[^/]+$/.test(path);
    chmodSync(path, entry.isDirectory() || program ? 0o755 : 0o644);
  }
}
