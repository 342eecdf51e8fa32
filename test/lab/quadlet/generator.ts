import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

/** What the generator runs on: a lab host, as root. */
export interface GeneratorHost {
  run(
    argv: readonly string[],
    options?: { stdin?: string | Uint8Array; timeoutMs?: number },
  ): Promise<{ exitCode: number; stdout: string; stderr: string }>;
}

export interface Generated {
  /** Unit name to text. */
  readonly units: ReadonlyMap<string, string>;
  /** What the generator complained about. */
  readonly complaints: readonly string[];
}

/** Puts files (relative path to text) into a fresh directory on the host; returns that directory. */
export async function putFiles(host: GeneratorHost, files: ReadonlyMap<string, string>): Promise<string> {
  const local = await mkdtemp(join(tmpdir(), "allmende-quadlet-"));
  try {
    for (const [path, text] of files) {
      await mkdir(dirname(join(local, path)), { recursive: true });
      await writeFile(join(local, path), text);
    }
    const tar = await promisify(execFile)("tar", ["-C", local, "-c", "."], {
      encoding: "buffer",
      maxBuffer: 256 * 1024 * 1024,
    });
    const directory = (await mustRun(host, ["mktemp", "-d", "/tmp/allmende-quadlet-XXXXXX"])).trim();
    await mustRun(host, ["tar", "-C", directory, "-x", "--no-same-owner"], tar.stdout);
    return directory;
  } finally {
    await rm(local, { recursive: true, force: true });
  }
}

/** Runs a command that has to succeed; returns its standard output. */
export async function mustRun(host: GeneratorHost, argv: readonly string[], stdin?: Uint8Array): Promise<string> {
  const result = await host.run(argv, stdin === undefined ? {} : { stdin });
  if (result.exitCode !== 0) throw new Error(`${argv.join(" ")}: status ${result.exitCode}: ${result.stderr}`);
  return result.stdout;
}

/** Runs Podman's own generator over the files, as for a member's manager. */
export async function generate(host: GeneratorHost, files: ReadonlyMap<string, string>): Promise<Generated> {
  const directory = await putFiles(host, files);
  const result = await host.run(
    ["env", `QUADLET_UNIT_DIRS=${directory}`, "/usr/libexec/podman/quadlet", "-user", "-dryrun"],
    { timeoutMs: 120_000 },
  );
  await mustRun(host, ["rm", "-rf", directory]);
  const complaints = result.stderr
    .split("\n")
    .filter((line) => line !== "" && !line.includes("Loading source unit file"));
  return { units: splitUnits(result.stdout), complaints };
}

function splitUnits(output: string): Map<string, string> {
  const units = new Map<string, string>();
  // No `m` flag: U+2028 is an ordinary character in a unit.
  for (const part of `\n${output}`.split(/\n---(?=[A-Za-z0-9._@-]+---\n)/).slice(1)) {
    const end = part.indexOf("---\n");
    units.set(part.slice(0, end), part.slice(end + 4));
  }
  return units;
}

/** Right-hand sides of a key in one section of a unit. */
export function valuesOf(unit: string, section: string, key: string): string[] {
  const body = unit.split(/(?<=\n)(?=\[)/).find((part) => part.startsWith(`[${section}]\n`)) ?? "";
  return body
    .split("\n")
    .filter((line) => line.startsWith(`${key}=`))
    .map((line) => line.slice(key.length + 1));
}
