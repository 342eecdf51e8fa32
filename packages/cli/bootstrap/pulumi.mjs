import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, rmSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { fillCache } from "./cache.mjs";
import { SetupError } from "./failures.mjs";
import { ensureGo } from "./go.mjs";
import { run, throwIfInterrupted } from "./processes.mjs";
import { print, step } from "./progress.mjs";
import { findPulumi, isSuitablePulumi, pulumiVersion } from "./tools.mjs";

/** The official release; pinned, so that nothing but a file of the right content is ever unpacked. */
const releases = /** @type {Record<string, { url: string, sha256: string }>} */ ({
  "linux-x64": {
    url: `https://get.pulumi.com/releases/sdk/pulumi-v${pulumiVersion}-linux-x64.tar.gz`,
    sha256: "cf559568e2c32f7fae56ea3de8ae5fa48973ba8c5aa9dd2b3dc0c8898fe50dba",
  },
});
const connectTimeoutMs = 5_000;
const downloadTimeoutMs = 10 * 60_000;
const buildTimeoutMs = 60 * 60_000;

/**
 * The Pulumi CLI: on PATH, cached, downloaded, or built from Go modules (several minutes, once).
 * @returns {Promise<string>} its path
 */
export async function ensurePulumi() {
  const found = await findWorkingPulumi();
  if (found !== undefined) return found;
  const name = `pulumi/${pulumiVersion}`;
  const problem = await step(
    `Download the Pulumi CLI ${pulumiVersion}`,
    () => download(name),
    (reason) => reason,
  );
  if (problem !== undefined) {
    print("  Building it from Go modules instead, which takes some minutes once.");
    const go = await ensureGo();
    await step(`Build the Pulumi CLI ${pulumiVersion}`, (note) => fillCache(name, (to) => compile(go, to, note)));
  }
  const path = await findWorkingPulumi();
  if (path === undefined) throw new SetupError(`The Pulumi CLI ${pulumiVersion} was installed but does not run.`);
  return path;
}

/** What `findPulumi` finds without trying it, tried: the cached one may be damaged. */
async function findWorkingPulumi() {
  const path = await findPulumi();
  return path !== undefined && (await isSuitablePulumi(path)) ? path : undefined;
}

/**
 * @param {string} name
 * @returns {Promise<string | undefined>} why it was not possible
 */
async function download(name) {
  const release = releases[`${process.platform}-${process.arch}`];
  if (release === undefined) return `no release is pinned for ${process.platform}-${process.arch}`;
  try {
    await fillCache(name, async (directory) => {
      const archive = join(directory, "pulumi.tar.gz");
      await fetchFile(release.url, archive);
      const sha256 = await digestOf(archive);
      if (sha256 !== release.sha256) throw new Error(`${release.url} has the wrong checksum ${sha256}.`);
      // The language hosts lie beside the CLI, which looks for them there.
      await run("tar", ["--extract", "--gzip", "--strip-components=1", "--file", archive], { cwd: directory });
      rmSync(archive);
    });
    return undefined;
  } catch (error) {
    throwIfInterrupted();
    const { message, cause } = /** @type {Error} */ (error);
    return `not possible here (${cause instanceof Error ? cause.message : message})`;
  }
}

/**
 * @param {string} url
 * @param {string} path
 */
async function fetchFile(url, path) {
  const abort = new AbortController();
  const noAnswer = setTimeout(() => abort.abort(new Error("no answer within 5 s")), connectTimeoutMs);
  const tooSlow = setTimeout(() => abort.abort(new Error("the download took too long")), downloadTimeoutMs);
  const watch = setInterval(() => {
    try {
      throwIfInterrupted();
    } catch (error) {
      abort.abort(error);
    }
  }, 200);
  try {
    const response = await fetch(url, { signal: abort.signal });
    clearTimeout(noAnswer);
    if (!response.ok || response.body === null) throw new Error(`${url} answered ${response.status}`);
    const body = /** @type {import("node:stream/web").ReadableStream<Uint8Array>} */ (response.body);
    await pipeline(Readable.fromWeb(body), createWriteStream(path), {
      signal: abort.signal,
    });
  } finally {
    clearTimeout(noAnswer);
    clearTimeout(tooSlow);
    clearInterval(watch);
  }
}

/** @param {string} path */
async function digestOf(path) {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

/**
 * @param {string} go
 * @param {string} directory
 * @param {(line: string) => void} onLine
 */
async function compile(go, directory, onLine) {
  const cliPackage = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
  const version = `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${pulumiVersion}`;
  const out = join(directory, "pulumi");
  // Without C: the result needs no compiler and no headers, and is the same on every machine.
  const env = {
    CGO_ENABLED: "0",
    GOFLAGS: "-mod=readonly -buildvcs=false",
    GOTOOLCHAIN: "auto",
    GOWORK: "off",
  };
  await run(go, ["build", "-v", "-trimpath", "-ldflags", `-s -w ${version}`, "-o", out, cliPackage], {
    cwd: fileURLToPath(new URL("pulumi-go", import.meta.url)),
    env,
    onLine,
    timeoutMs: buildTimeoutMs,
  });
}
