import { describe, expect, it } from "vitest";
import { renderFinding } from "./finding.js";
import { loadInventory } from "./inventory.js";

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFLaABh3Oo97Dc7nNUQUz0xIfUJXB18IfWIE7EOSrq4e";
const hosts = `web1: { address: web1.test, hostKey: ${key}, reserve: 512MiB, labels: { stage: test } }\nweb2: { address: web2.test, hostKey: ${key}, reserve: 512MiB, labels: { stage: production } }\n`;
const windows = `security-nightly:
  recurrence: FREQ=DAILY
  zone: Europe/Berlin
  start: 2026-12-01T02:00
  duration: 3h
  updates: security
  reboot: if-needed
  hosts: all
  waves: [{ stage: test }, { stage: production }]
  canary: { hosts: { stage: test }, soak: 20m }
  concurrency: 50%
  errorThreshold: 0
  cutoff: { upgrade: 90m, restart: 45m, reboot: 30m }
  blackouts:
    - 2026-12-31
    - ics: blackouts/coop.ics
  notice: 3d
`;
const calendar =
  "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nBEGIN:VEVENT\nUID:1\nDTSTART;VALUE=DATE:20261208\nEND:VEVENT\nEND:VCALENDAR\n";
const good = { "hosts.yaml": hosts, "windows.yaml": windows, "blackouts/coop.ics": calendar };

const load = (changes: Record<string, string>) => loadInventory(new Map(Object.entries({ ...good, ...changes })));

function said(changes: Record<string, string>): string[] {
  const parsed = load(changes);
  return parsed.ok ? [] : parsed.findings.map(renderFinding);
}

describe("windows.yaml", () => {
  it("gives windows, with the days of their calendars", () => {
    expect(load({})).toMatchObject({
      value: {
        hosts: [{ labels: { stage: "test" } }, { labels: { stage: "production" } }],
        windows: [
          {
            name: "security-nightly",
            durationSeconds: 10_800,
            blackouts: [{ start: "2026-12-31T00:00" }, { start: "2026-12-08T00:00" }],
          },
        ],
        inputs: {
          windows: [
            { name: "security-nightly", duration: "3h", blackouts: ["2026-12-31", { ics: "blackouts/coop.ics" }] },
          ],
        },
      },
    });
  });

  it("leaves security updates of the hosts that a window selects to the window; hosts.yaml may say otherwise", () => {
    const some = windows
      .replace("hosts: all", "hosts: { stage: test }")
      .replace("waves: [{ stage: test }, { stage: production }]", "waves: [{ stage: test }]");
    const updates = (changes: Record<string, string>) => {
      const parsed = load(changes);
      if (!parsed.ok) throw new Error(parsed.findings.map(renderFinding).join("\n"));
      const { hosts: specs, inputs } = parsed.value;
      // What a program declares is what was read, or `allmende render` and `up` would differ.
      expect(inputs.hosts.map(({ patching }) => patching)).toEqual(specs.map(({ patching }) => patching));
      return specs.map(({ patching }) => patching);
    };
    expect(updates({})).toEqual([{ updates: "windows" }, { updates: "windows" }]);
    expect(updates({ "windows.yaml": some })).toEqual([{ updates: "windows" }, undefined]);
    const said = (patching: string) => hosts.replaceAll("reserve: 512MiB", `reserve: 512MiB, patching: ${patching}`);
    expect(updates({ "hosts.yaml": said("{ updates: daily }") })).toEqual([{ updates: "daily" }, { updates: "daily" }]);
    expect(updates({ "windows.yaml": some, "hosts.yaml": said("{ expectEveryDays: 8 }") })).toEqual([
      { expectEveryDays: 8, updates: "windows" },
      { expectEveryDays: 8 },
    ]);
  });

  it("may bound a run on a host, and say how backups show", () => {
    const more =
      "  backup: { marker: /var/lib/restic/last, maxAge: 26h }\n  limits: { load: 1.5, free: 1GiB, reboot: 10m }\n";
    expect(load({ "windows.yaml": windows + more })).toMatchObject({
      value: {
        windows: [
          {
            backup: { marker: "/var/lib/restic/last", maxAgeSeconds: 93_600 },
            limits: { load: 1.5, freeMib: 1024, rebootSeconds: 600 },
          },
        ],
      },
    });
  });

  it.each(["opening", "20261124T020000Z"])("may name the snapshot that is the level: %s", (snapshot) => {
    expect(load({ "windows.yaml": `${windows}  snapshot: ${snapshot}\n` })).toMatchObject({
      value: { windows: [{ snapshot }] },
    });
  });

  it.each([
    "2026-11-24",
    "20261124",
    "20261124T020000Z; reboot",
    "20261324T020000Z",
    "20260230T000000Z",
    "Opening",
    "-x",
    "$(id)",
  ])("refuses %s as a snapshot, and says the form", (snapshot) => {
    const said = JSON.stringify(load({ "windows.yaml": `${windows}  snapshot: "${snapshot}"\n` }));
    expect(said).toContain("security-nightly");
    expect(said).toContain("snapshot");
    expect(said).toContain("20261124T020000Z");
    expect(said).toContain("opening");
  });

  it("may be missing", () => {
    expect(loadInventory(new Map([["hosts.yaml", hosts]]))).toMatchObject({ ok: true, value: { windows: [] } });
  });

  it.each<[Record<string, string>, string]>([
    [
      { "windows.yaml": windows.replace("FREQ=DAILY", "FREQ=HOURLY") },
      "windows.yaml:2:15: security-nightly.recurrence: FREQ=HOURLY is not",
    ],
    [
      { "windows.yaml": windows.replace("  notice: 3d\n", "") },
      "windows.yaml:1:1: security-nightly.notice: is missing: How long before",
    ],
    [
      { "windows.yaml": windows.replace("reboot: 30m", "reboot: 50m") },
      "windows.yaml:13:49: security-nightly.cutoff.reboot: is more than",
    ],
    [
      { "windows.yaml": windows.replace("zone:", "timezone:").replace("  hosts: all", "  zone: UTC\n  hosts: all") },
      'windows.yaml:3:3: security-nightly.timezone: is not a key here: use "zone"',
    ],
    [{ "windows.yaml": windows.replace("security-nightly", "Security") }, "windows.yaml:1:1: Security: "],
    [
      { "windows.yaml": `${windows}  backup: { marker: var/lib/last, maxAge: 26h }\n` },
      "windows.yaml:18:21: security-nightly.backup.marker: must be the full path of a file on the host",
    ],
    [
      { "windows.yaml": `${windows}  backup: { marker: /var/lib/last }\n` },
      "windows.yaml:18:3: security-nightly.backup.maxAge: is missing",
    ],
    [
      { "windows.yaml": `${windows}  limits: { lock: 5m }\n` },
      "windows.yaml:18:19: security-nightly.limits.lock: is not longer than a reboot (5m)",
    ],
    [
      { "windows.yaml": `${windows}  snapshot: yesterday\n` },
      "windows.yaml:18:13: security-nightly.snapshot: must be a moment in UTC",
    ],
    [{ "windows.yaml": `${windows}  limits: { load: 0 }\n` }, "windows.yaml:18:19: security-nightly.limits.load: "],
    [{ "windows.yaml": "" }, "windows.yaml:1:1: is empty"],
    [
      { "windows.yaml": `${windows}  name: x\n` },
      "windows.yaml:18:3: security-nightly.name: is not a key here: the key above is the name",
    ],
    [
      { "windows.yaml": windows.replace("coop", "party") },
      "windows.yaml:16:12: security-nightly.blackouts.1.ics: there is no file blackouts/party.ics",
    ],
    [
      { "blackouts/coop.ics": "hello" },
      "windows.yaml:16:12: security-nightly.blackouts.1.ics: blackouts/coop.ics is no ICS calendar",
    ],
    [
      { "windows.yaml": windows.replace("hosts: all", "hosts: { stage: prod }") },
      "windows.yaml:8:3: security-nightly.hosts: fits no host in hosts.yaml; their labels: stage=production, stage=test",
    ],
    [
      { "windows.yaml": windows.replace("[{ stage: test }, {", "[{ stage: tset }, {") },
      "windows.yaml:9:11: security-nightly.waves.0: fits none of the window's hosts",
    ],
    [
      { "windows.yaml": windows.replace("hosts: { stage: test }", "hosts: { stage: lab }") },
      "windows.yaml:10:13: security-nightly.canary.hosts: fits none of the window's hosts",
    ],
    [
      {
        "hosts.yaml": hosts.replace("stage: test", "Stage: test"),
        "windows.yaml": windows.replaceAll("{ stage: test }", "all"),
      },
      "hosts.yaml:1:",
    ],
    [{ "window.yaml": windows }, 'window.yaml:1:1: has no place in an inventory (did you mean "windows.yaml"?)'],
    [{ "windows.yml": windows }, 'windows.yml:1:1: would be overlooked: rename it to end in ".yaml"'],
  ])("places what is wrong: %#", (changes, expected) => {
    const findings = said(changes);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toContain(expected);
  });

  it("that fits no host because hosts.yaml is wrong is not blamed", () => {
    expect(said({ "hosts.yaml": hosts.replace("reserve: 512MiB", "reserve: 5") })).toEqual([
      expect.stringContaining("hosts.yaml:1:"),
    ]);
  });
});
