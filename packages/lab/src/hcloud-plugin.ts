import { join } from "node:path";
import {
  assetPath,
  assetText,
  type CacheContext,
  cached,
  defaultCacheDirectory,
  exists,
  keyOf,
  listDirectory,
} from "./cache.js";
import { command, tryCommand } from "./command.js";
import { LabError } from "./errors.js";
import type { LabProgress } from "./options.js";

/** Of npm's @pulumi/hcloud: the plugin must call itself by the version that it asks for. */
const version = "1.41.0";
const buildTimeoutMs = 60 * 60_000;
const kind = "hcloud-plugin";
const program = "pulumi-resource-hcloud";

export interface HcloudPluginOptions {
  readonly cacheDir?: string;
  /** A Go of 1.21 or newer; absent: the one that set-up fetched, else the one on PATH. */
  readonly go?: string;
  readonly onProgress?: (event: LabProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * The directory with `pulumi-resource-hcloud`, built from Go modules on first use, which takes some minutes: for
 * `plugins.providers` of a Pulumi.yaml (`name: hcloud`, `path: DIRECTORY`). Throws LabError `no-go`, `command-failed`.
 */
export async function hcloudPlugin(options: HcloudPluginOptions = {}): Promise<string> {
  const cacheDir = options.cacheDir ?? defaultCacheDirectory();
  const context: CacheContext = { cacheDir, report: options.onProgress ?? (() => {}), signal: options.signal };
  const label = "Pulumi's plugin for Hetzner Cloud";
  const entry = await cached(context, kind, label, await definition(), async (directory) => {
    const go = options.go ?? (await findGo(cacheDir));
    await build(go, directory, options.signal);
  });
  return entry.directory;
}

/** The same directory when it is there already. */
export async function findHcloudPlugin(cacheDir = defaultCacheDirectory()): Promise<string | undefined> {
  const directory = join(cacheDir, kind, keyOf(await definition()));
  return (await exists(directory)) ? directory : undefined;
}

async function definition() {
  const sources = ["main.go", "go.mod", "go.sum"].map((name) => assetText("hcloud-plugin", name));
  return { version, sources: await Promise.all(sources) };
}

async function build(go: string, directory: string, signal: AbortSignal | undefined): Promise<void> {
  // Without C: the result needs no compiler and no headers, and is the same on every machine.
  const env = { CGO_ENABLED: "0", GOFLAGS: "-mod=readonly -buildvcs=false", GOTOOLCHAIN: "auto", GOWORK: "off" };
  const linker = `-s -w -X main.version=${version}`;
  const argv = ["build", "-trimpath", "-ldflags", linker, "-o", join(directory, program), "."];
  await command(go, argv, { cwd: assetPath("hcloud-plugin"), env, timeoutMs: buildTimeoutMs, signal });
  await command(join(directory, program), ["generate", directory], { cwd: directory, timeoutMs: 300_000, signal });
}

async function findGo(cacheDir: string): Promise<string> {
  const fetched = (await listDirectory(join(cacheDir, "go"))).toSorted().at(-1);
  const candidates = [...(fetched === undefined ? [] : [join(cacheDir, "go", fetched, "bin", "go")]), "go"];
  for (const candidate of candidates) {
    const { exitCode } = await tryCommand(candidate, ["version"], { env: { GOTOOLCHAIN: "local" } });
    if (exitCode === 0) return candidate;
  }
  throw new LabError("There is no Go to build Pulumi's plugin for Hetzner Cloud with", {
    code: "no-go",
    nextStep: "npm run setup, or put a Go on PATH",
  });
}
