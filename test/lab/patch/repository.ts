import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Lab } from "@allmende/lab";
import { execa } from "execa";

/** A package of a test's own. */
export interface TestPackage {
  readonly name: string;
  readonly version: string;
  /** Path to content; programs (below bin or lib) and maintainer scripts become executable. */
  readonly files?: Readonly<Record<string, string | Buffer>>;
  readonly depends?: string;
  readonly conffiles?: readonly string[];
  readonly postinst?: string;
}

/**
 * Makes `packages` the whole archive of a host; one version of a package beside another stays available. With `snapshot`
 * (`20261124T020000Z`) this archive can be had by that name, whatever is published afterwards.
 */
export async function publish(
  lab: Lab,
  host: string,
  packages: readonly TestPackage[],
  snapshot?: string,
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "allmende-packages-"));
  for (const entry of packages) writeTree(join(directory, `${entry.name}_${entry.version}`), entry);
  const script = readFileSync(new URL("make-repository.sh", import.meta.url), "utf8");
  const stream = await execa("tar", ["-C", directory, "-c", "."], { encoding: "buffer" });
  rmSync(directory, { recursive: true });
  await succeed(lab, host, ["tee", "/root/make-repository.sh"], script);
  await succeed(
    lab,
    host,
    ["sh", "/root/make-repository.sh", ...(snapshot ? [snapshot] : [])],
    Buffer.from(stream.stdout),
  );
}

/** Installs packages of the archive in exactly these versions: `demo=1.0`. */
export async function install(lab: Lab, host: string, ...packages: readonly string[]): Promise<void> {
  await succeed(lab, host, ["apt-get", "-y", "-q", "--allow-downgrades", "install", ...packages]);
}

/** Removes the packages, the archive and everything that runs left behind; the host's own sources are back. */
export async function clearHost(lab: Lab, host: string, ...packages: readonly string[]): Promise<void> {
  await succeed(lab, host, ["sh", "-c", clear, "sh", ...packages]);
}

const clear = `
  for name; do systemctl disable -q --now "$name.service" 2>/dev/null; done
  DEBIAN_FRONTEND=noninteractive dpkg --purge --force-all "$@" >/dev/null 2>&1
  apt-get clean
  rm -rf /var/lib/allmende/patch /run/allmende.fault /run/reboot-required* /srv/patch-repository /srv/patch-snapshots /etc/apt/sources.list.d/test.sources
  mv /root/sources/* /etc/apt/sources.list.d/ 2>/dev/null
  systemctl daemon-reload; systemctl reset-failed; true`;

/** Runs a program as root that has to succeed; gives back what it printed. */
export async function succeed(
  lab: Lab,
  host: string,
  argv: readonly string[],
  stdin?: string | Buffer,
): Promise<string> {
  const result = await lab.run(host, argv, stdin === undefined ? {} : { stdin });
  if (result.exitCode !== 0) throw new Error(`${argv.join(" ")}: ${result.stdout}\n${result.stderr}`);
  return result.stdout;
}

function writeTree(root: string, entry: TestPackage): void {
  const control = [
    `Package: ${entry.name}`,
    `Version: ${entry.version}`,
    "Architecture: all",
    "Section: misc",
    "Maintainer: Test <test@example.org>",
    "Description: a package of a test",
    ...(entry.depends === undefined ? [] : [`Depends: ${entry.depends}`]),
    "",
  ].join("\n");
  const files: Record<string, string | Buffer> = { ...entry.files, "DEBIAN/control": control };
  if (entry.conffiles) files["DEBIAN/conffiles"] = `${entry.conffiles.map((path) => `/${path}`).join("\n")}\n`;
  if (entry.postinst) files["DEBIAN/postinst"] = `#!/bin/sh\nset -e\n${entry.postinst}\n`;
  for (const [path, content] of Object.entries(files)) {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, /(bin|lib\/[a-z]+|DEBIAN)\/(busybox|postinst|[a-z]+d)$/.test(path) ? 0o755 : 0o644);
  }
}
