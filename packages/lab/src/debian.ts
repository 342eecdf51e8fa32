import { tryCommand } from "./command.js";
import { LabError } from "./errors.js";

/** The release that lab hosts run, as users' hosts do. */
export const hostSuite = "trixie";
/** The release that the hosts' kernel comes from: only newer ones run processes in seccomp mode, three times as fast. */
export const kernelSuite = "forky";
export const keyringPath = "/usr/share/keyrings/debian-archive-keyring.gpg";

/**
 * The archive that packages come from: `$ALLMENDE_DEBIAN_MIRROR`, else the one that this machine's own apt uses.
 * Not part of any cache key: every mirror has the same packages. Throws LabError `no-mirror` when there is neither.
 */
async function debianMirror(): Promise<string> {
  if (process.env.ALLMENDE_DEBIAN_MIRROR !== undefined) return process.env.ALLMENDE_DEBIAN_MIRROR;
  const argv = ["indextargets", "--format", "$(REPO_URI)", "Identifier: Packages", "Label: Debian"];
  const { stdout } = await tryCommand("apt-get", argv);
  const own = stdout.split("\n").find((uri) => /^https?:/.test(uri));
  if (own !== undefined) return own.replace(/\/+$/, "");
  throw new LabError("This machine's apt knows no Debian archive to take the hosts' packages from", {
    code: "no-mirror",
    nextStep: "name one: ALLMENDE_DEBIAN_MIRROR=http://…/debian",
  });
}

/** A line for sources.list. */
export async function sourceLine(suite: string): Promise<string> {
  return `deb [signed-by=${keyringPath}] ${await debianMirror()} ${suite} main`;
}

/** What a Debian cloud image has, as far as a host without hardware needs it. */
export const stockPackages: readonly string[] = [
  "apt",
  "ca-certificates",
  "curl",
  "dbus",
  "e2fsprogs",
  "iproute2",
  "iptables",
  "kmod",
  "less",
  "libpam-systemd",
  "openssh-server",
  "procps",
  "python3-minimal",
  "sudo",
  "systemd",
  "systemd-resolved",
  "systemd-sysv",
  "tzdata",
  "udev",
];

/** What provisioning installs on a host: in the warm image already, in the mirror for the stock one. */
export const provisionedPackages: readonly string[] = [
  "aardvark-dns",
  "busybox-static",
  "catatonit",
  "crun",
  "dbus-user-session",
  "debsecan",
  "needrestart",
  "netavark",
  "nftables",
  "passt",
  "podman",
  "uidmap",
  "unattended-upgrades",
];

/** What makes a host of what somebody else declared, at its first boot. */
export const cloudPackages: readonly string[] = ["cloud-init"];
