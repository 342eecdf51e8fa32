import type { HostSpec, UnitFailuresSpec } from "@allmende/model";
import { rootFile } from "./render.js";
import type { ResourceFile } from "./resource.js";
import { readScript } from "./scripts.js";
import { unitFailureTexts } from "./unit-failure-texts.js";

const declared = "/etc/allmende/unit-failures";
const unit = "allmende-unit-failures";

/** What a host sends these mails with. */
export const unitFailuresPackage = "curl";

/** A host that tells hostmasters by e-mail of units that fail: a timer that looks into the journal. Nothing where it is not to. */
export function renderUnitFailures({ name, unitFailures }: Pick<HostSpec, "name" | "unitFailures">): ResourceFile[] {
  if (unitFailures === undefined) return [];
  const { ca } = unitFailures.smtp;
  const login = rootFile(`${declared}.curl`, renderCurl(unitFailures));
  return [
    rootFile(declared, renderDeclared(name, unitFailures)),
    { ...login, mode: 0o600, secret: unitFailures.smtp.login !== undefined },
    ...(ca === undefined ? [] : [rootFile(`${declared}.pem`, ca.endsWith("\n") ? ca : `${ca}\n`)]),
    rootFile(`${declared}.sh`, readScript("unit-failures.sh")),
    rootFile(`${declared}.awk`, readScript("unit-failures.awk")),
    rootFile(`/etc/systemd/system/${unit}.service`, service),
    rootFile(`/etc/systemd/system/${unit}.timer`, timer),
    rootFile(`/etc/systemd/system/timers.target.d/50-${unit}.conf`, `# Allmende\n[Unit]\nWants=${unit}.timer\n`),
  ];
}

function renderDeclared(host: string, spec: UnitFailuresSpec): string {
  const { from, hostmasters, language, atMostEverySeconds, sameUnitEverySeconds, logLines } = spec;
  const lines = [
    ["host", host],
    ["from", `${encodeWords(from.name)} <${from.address}>`],
    ["domain", from.address.slice(from.address.lastIndexOf("@") + 1)],
    ...hostmasters.map((address) => ["to", address]),
    ["at-most-every", atMostEverySeconds],
    ["same-unit-every", sameUnitEverySeconds],
    ["log-lines", logLines],
    ...Object.entries(unitFailureTexts(language, spec)).map(([key, text]) => ["text", key, text]),
  ];
  return lines.map((line) => `${line.join("\t")}\n`).join("");
}

/** A text for a header, as RFC 2047 has it: words of at most 75 characters, each of whole letters. */
function encodeWords(text: string): string {
  const pieces: string[] = [];
  for (const letter of text) {
    const piece = (pieces.at(-1) ?? "") + letter;
    if (pieces.length > 0 && Buffer.byteLength(piece) <= 45) pieces[pieces.length - 1] = piece;
    else pieces.push(letter);
  }
  return pieces.map((piece) => `=?utf-8?B?${Buffer.from(piece).toString("base64")}?=`).join(" ");
}

/** curl's configuration file: options with their values in quotes. Whatever is free text is encoded for the URL, so nothing needs escaping. */
function renderCurl({ from, hostmasters, smtp }: UnitFailuresSpec): string {
  const { host, port, tls, isVerified, ca, login } = smtp;
  const user = login === undefined ? "" : `${encodeURIComponent(login.user)}:${encodeURIComponent(login.password)}@`;
  const options = [
    `url = "${tls === "implicit" ? "smtps" : "smtp"}://${user}${host.includes(":") ? `[${host}]` : host}:${port}"`,
    ...(tls === "starttls" ? ["ssl-reqd"] : []),
    ...(isVerified ? [] : ["insecure"]),
    ...(ca === undefined ? [] : [`cacert = "${declared}.pem"`]),
    `mail-from = "${from.address}"`,
    ...hostmasters.map((address) => `mail-rcpt = "${address}"`),
    // One address that is refused keeps the mail from nobody else; curl fails when all are.
    "mail-rcpt-allowfails",
    "crlf",
    "connect-timeout = 20",
    "max-time = 120",
  ];
  return `${options.join("\n")}\n`;
}

const service = `# Allmende: tells the hostmasters by e-mail which units failed since it last looked.
[Unit]
Description=Tell of units that failed
Documentation=file:${declared}.sh
After=network-online.target
# Whoever starts it by hand as well, often, does not make it fail.
StartLimitIntervalSec=0

[Service]
Type=oneshot
ExecStart=/bin/sh ${declared}.sh
SyslogIdentifier=${unit}
# Every minute, systemd's own words about it would fill the journal.
LogLevelMax=notice
TimeoutStartSec=5min
# It keeps what it counted; all else it only reads.
StateDirectory=allmende/unit-failures
StateDirectoryMode=0700
ProtectSystem=strict
ProtectHome=yes
NoNewPrivileges=yes
`;

const timer = `# Allmende
[Unit]
Description=Look every minute for units that failed

[Timer]
OnCalendar=minutely
AccuracySec=1s
`;
