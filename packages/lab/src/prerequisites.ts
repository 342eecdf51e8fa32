import { access, constants, readFile } from "node:fs/promises";
import type { Finding } from "@allmende/model";
import { exists } from "./cache.js";
import { keyringPath } from "./debian.js";

interface Prerequisite {
  readonly debianPackage: string;
  /** Programs looked for on PATH and in the system's own directories, or one file by its absolute path. */
  readonly provides: string;
}

const prerequisites: readonly Prerequisite[] = [
  { debianPackage: "mmdebstrap", provides: "mmdebstrap" },
  { debianPackage: "apt-utils", provides: "apt-ftparchive" },
  { debianPackage: "debian-archive-keyring", provides: keyringPath },
  { debianPackage: "e2fsprogs", provides: "mkfs.ext4" },
  { debianPackage: "dnsmasq-base", provides: "dnsmasq" },
  { debianPackage: "iproute2", provides: "ip" },
  { debianPackage: "util-linux", provides: "unshare" },
  { debianPackage: "openssh-client", provides: "ssh" },
  { debianPackage: "openssl", provides: "openssl" },
  { debianPackage: "skopeo", provides: "skopeo" },
  { debianPackage: "docker-registry", provides: "docker-registry" },
];

/** Debian packages (12 and 13) that the lab needs on the machine. */
export const labPackages: readonly string[] = prerequisites.map(({ debianPackage }) => debianPackage);

/** What this machine lacks for a lab; empty when it can start one. Each finding names the Debian package or the step. */
export async function checkPrerequisites(): Promise<Finding[]> {
  const findings: Finding[] = [];
  const machine = `${process.platform} ${process.arch}`;
  if (machine !== "linux x64")
    findings.push({ path: [], message: `The lab needs Linux on x86-64; this is ${machine}.` });
  if (process.getuid?.() !== 0)
    findings.push({ path: [], message: "The lab makes a network namespace and needs root: run it with sudo." });
  if (!(await exists("/dev/net/tun")))
    findings.push({ path: [], message: "/dev/net/tun is missing: load the kernel module tun." });
  const missing: string[] = [];
  for (const { debianPackage, provides } of prerequisites) {
    if (!(await isThere(provides))) missing.push(debianPackage);
  }
  if (missing.length > 0) {
    findings.push({
      path: ["packages", ...missing],
      message: `Debian packages are missing: apt-get install ${missing.join(" ")}`,
    });
  }
  return findings;
}

async function isThere(name: string): Promise<boolean> {
  if (name.startsWith("/")) return exists(name);
  const directories = [...(process.env.PATH ?? "").split(":"), "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
  for (const directory of directories.filter((entry) => entry !== "")) {
    const found = await access(`${directory}/${name}`, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return true;
  }
  return false;
}

/** Real memory that new guests may take, in bytes. */
export async function availableMemoryBytes(): Promise<number> {
  const text = await readFile("/proc/meminfo", "utf8");
  return Number(/^MemAvailable:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * 1024;
}
