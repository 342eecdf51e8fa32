import { type OptionTable, renderOption } from "./option.js";
import { containerOptions } from "./options/container.js";
import { installOptions } from "./options/install.js";
import { networkOptions } from "./options/network.js";
import { serviceOptions } from "./options/service.js";
import { unitOptions } from "./options/unit.js";
import { volumeOptions } from "./options/volume.js";
import type { PodmanVersion } from "./podman-version.js";

/** Every section's table, in the order of the reference. */
export const sections: Readonly<Record<string, OptionTable>> = {
  Unit: unitOptions,
  Container: containerOptions,
  Service: serviceOptions,
  Install: installOptions,
  Volume: volumeOptions,
  Network: networkOptions,
};

/** Versions whose lines the reference shows: before and after most keys that need lowering. */
const newest: PodmanVersion = { major: 5, minor: 8, patch: 0 };
const debian13: PodmanVersion = { major: 5, minor: 4, patch: 2 };

const introduction = `# @allmende/quadlet

A service as [Quadlet](https://docs.podman.io/en/latest/markdown/podman-systemd.unit.5.html) units: pure, for a given Podman version.

\`\`\`ts
import { compileService, parsePodmanVersion } from "@allmende/quadlet";

const units = compileService(service, {
  podman: parsePodmanVersion("podman version 5.4.2"),
  secretsDirectory: "/etc/allmende/secrets/anna-blog",
  memberNumber: 1042,
});
// [{ name: "anna-blog.container", text: "[Unit]\\n…" }, { name: "anna-blog-data.volume", text: … }]
\`\`\`

## What every service gets
- **RAM**: the container sees \`ram\` and has no swap; the unit's \`MemoryMax=\` adds the declared overhead of Podman's helpers.
- **No privileges**: all capabilities dropped, no new ones, read-only root, RAM-backed \`/run\`, \`/tmp\`, \`/var/tmp\` of half the RAM each.
  Privileged mode and namespaces of the host cannot be expressed: no row writes them.
- **Started means healthy**, where there is a health check. An unhealthy container is killed and started again, with pauses that grow
  from one second to two minutes, for ever. A probe runs the host's static busybox inside the container: the image needs no shell.
- **Volumes** take owner and content of the image's directory when they are fresh, and are left alone afterwards (no \`:U\`).
- **Secrets** are named, never contained: a file under \`/run/secrets\`, or a Podman secret that is read from the same file before each start.

## Data never becomes code
A value passes up to four readers: Quadlet's line parser, its splitter, systemd's command line with \`%\` and \`$\`, and Podman.
Each row names the encoder for the way its key is read. What cannot be carried unchanged throws \`UnsafeValueError\` (NUL, lone surrogates,
newlines where a line cannot hold them, paths with colons); an empty argument and a lone \`;\`, which the readers would swallow,
travel through a variable that is set to nothing. \`test/lab/quadlet\` proves it with hostile values and the real programs.

## Options
Generated from the tables in \`src/options\`. Where Debian 13's Podman 5.4.2 needs other words, its line says so.
`;

/** The package's README.md: introduction and one table per section. Markdown. */
export function renderReference(): string {
  return [introduction, ...Object.entries(sections).map(([name, table]) => renderTable(name, table))].join("\n");
}

function renderTable(name: string, table: OptionTable): string {
  const rows = Object.entries(table).map(([property, row]) => {
    const lines = renderOption(row, row.example, row.key, newest);
    const older = renderOption(row, row.example, row.key, debian13);
    const example = lines.map(code).join(" ");
    const lowered = older.join() === lines.join() ? "" : ` 5.4.2: ${older.map(code).join(" ")}`;
    return `| \`${row.key}\` | \`${property}\` | ${row.since} | ${row.doc} | ${example}${lowered} |`;
  });
  return [
    `### [${name}]`,
    "",
    "| key | property | since | what | example |",
    "|---|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

function code(text: string): string {
  return `\`${text.replaceAll("|", "\\|")}\``;
}
