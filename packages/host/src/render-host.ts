import type { HostSpec, HostUpdates } from "@allmende/model";
import { completeTree, type RenderContext, rootFile } from "./render.js";
import { renderPatchExpected } from "./render-patch-expected.js";
import { renderUnitFailures, unitFailuresPackage } from "./render-unit-failures.js";
import type { ResourceTree } from "./resource.js";

/** What a host of member services needs on top of a stock Debian 13. */
export const hostPackages: readonly string[] = [
  ...["podman", "crun", "passt", "uidmap", "netavark", "aardvark-dns", "catatonit", "dbus-user-session"],
  // For networks that services share: netavark runs nft, which Debian only recommends with it.
  "nftables",
  ...["unattended-upgrades", "needrestart", "busybox-static", "ca-certificates", "iproute2", "libpam-systemd"],
];

/** A base host: limits and habits of the system that everything else relies on. */
export function renderHost(host: HostSpec, _context?: RenderContext): ResourceTree {
  const { name, ramBytes, reserveBytes, patching } = host;
  return completeTree({
    id: "host",
    packages: host.unitFailures === undefined ? hostPackages : [...hostPackages, unitFailuresPackage],
    directories: [],
    files: [
      rootFile("/etc/sysctl.d/60-allmende.conf", sysctl),
      rootFile("/etc/systemd/journald.conf.d/50-allmende.conf", journald),
      rootFile("/etc/systemd/system/multi-user.target.d/50-allmende.conf", networkOnline),
      rootFile("/etc/apt/apt.conf.d/52allmende", renderUpdates(patching?.updates ?? "daily")),
      rootFile("/etc/needrestart/conf.d/50-allmende.conf", needrestart),
      ...renderPatchExpected(host),
      ...renderUnitFailures(host),
    ],
    declared: { kind: "host", host: { name, ramBytes, reserveBytes, patching } },
  });
}

const sysctl = `# Allmende: many user managers and containers on one kernel. A leading "-" means: skip where unknown.
-fs.inotify.max_user_instances = 1024
-fs.inotify.max_user_watches = 524288
-kernel.keys.maxkeys = 2000
-kernel.keys.maxbytes = 2000000
`;

const journald = `# Allmende: logs survive a reboot and have a bound.
[Journal]
Storage=persistent
SystemMaxUse=1G
SystemKeepFree=1G
MaxRetentionSec=90day
`;

const networkOnline = `# Allmende: a user unit from Quadlet waits 90 s for network-online.target unless something activates it.
[Unit]
Wants=network-online.target
`;

const daily = `// Allmende: security updates are installed every day, by this host itself: that is the way of a host without a patch window.
APT::Periodic::Update-Package-Lists "1";
APT::Periodic::Unattended-Upgrade "1";
`;

const inWindows = `// Allmende: security updates are installed by patch runs, in this host's patch windows. Done here every day as well, they would bypass
// canary, waves, blackouts, proof and report. Package lists are still refreshed daily: they say what is pending.
APT::Periodic::Update-Package-Lists "1";
APT::Periodic::Unattended-Upgrade "0";
`;

function renderUpdates(updates: HostUpdates): string {
  return `${updates === "windows" ? inWindows : daily}${unattendedUpgrades}`;
}

/** For both: somebody may start unattended-upgrade by hand. */
const unattendedUpgrades = `Unattended-Upgrade::Automatic-Reboot "false";
Unattended-Upgrade::Automatic-Reboot-WithUsers "false";
// One dpkg run for everything: needrestart between two halves of a libc upgrade can stop sshd.
Unattended-Upgrade::MinimalSteps "false";
`;

const needrestart = `# Allmende: list what needs a restart, never restart by itself.
$nrconf{restart} = 'l';
$nrconf{kernelhints} = 0;
$nrconf{ucodehints} = 0;
1;
`;
