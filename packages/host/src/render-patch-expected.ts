import type { HostSpec } from "@allmende/model";
import { rootFile } from "./render.js";
import type { ResourceFile } from "./resource.js";
import { readScript } from "./scripts.js";

const script = "/etc/allmende/patch-expected.sh";
const unit = "allmende-patch-expected";

/** The safety net of a host that expects patch runs: a timer that tells, once a day, when none has come. Nothing where none is expected. */
export function renderPatchExpected({ patching }: Pick<HostSpec, "patching">): ResourceFile[] {
  if (patching?.expectEveryDays === undefined) return [];
  return [
    rootFile("/etc/allmende/patch-expected", `days\t${patching.expectEveryDays}\n`),
    rootFile(script, readScript("patch-expected.sh")),
    rootFile(`/etc/systemd/system/${unit}.service`, service),
    rootFile(`/etc/systemd/system/${unit}.timer`, timer),
    rootFile("/etc/systemd/system/timers.target.d/50-allmende.conf", `# Allmende\n[Unit]\nWants=${unit}.timer\n`),
  ];
}

const service = `# Allmende: fails, and says why, when no patch run has reached this host for as long as is declared.
[Unit]
Description=Tell when no patch run reaches this host
Documentation=file:${script}

[Service]
Type=oneshot
ExecStart=/bin/sh ${script}
SyslogIdentifier=${unit}
# It only reads.
ProtectSystem=strict
ProtectHome=yes
NoNewPrivileges=yes
`;

const timer = `# Allmende
[Unit]
Description=Look every day whether patch runs reach this host

[Timer]
OnCalendar=daily
RandomizedDelaySec=1h
Persistent=yes
`;
