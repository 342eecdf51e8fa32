import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fingerprintOf } from "@allmende/ssh";
import { sshdMissing, startSshd, type TestSshd } from "@allmende/ssh/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { createProgram } from "../program.js";
import { recordingContext } from "../testing.js";
import { writeEntry } from "./adopt.js";
import { addHostEntry } from "./hosts-file.js";
import { nameOf, parsePlace } from "./place.js";

describe("a host's address", () => {
  test.each([
    ["web1.example.org", { user: "root", address: "web1.example.org", port: 22 }, "web1"],
    ["hostmaster@web1", { user: "hostmaster", address: "web1", port: 22 }, "web1"],
    ["root@203.0.113.7:2222", { user: "root", address: "203.0.113.7", port: 2222 }, undefined],
    ["2001:db8::7", { user: "root", address: "2001:db8::7", port: 22 }, undefined],
    ["2001:db8::22", { user: "root", address: "2001:db8::22", port: 22 }, undefined],
    ["admin@[2001:db8::7]:2222", { user: "admin", address: "2001:db8::7", port: 2222 }, undefined],
  ])("%s", (text, expected, name) => {
    expect(parsePlace(text)).toEqual(expected);
    expect(nameOf(parsePlace(text))).toBe(name);
  });

  test.each(["", "@web1", "web1:ssh:x]"])("%j is none", (text) => {
    expect(() => parsePlace(text)).toThrow("is not the address of a host");
  });
});

describe("hosts.yaml", () => {
  const entry = { address: "web3.example.org", user: "root", hostKey: "ssh-ed25519 AAAA", reserve: "512MiB" };
  const add = (text: string) => addHostEntry(text, "web3", entry);

  test.each([
    ["# the first\nweb1:\n  address: a.example.org     # aligned\n\n# ours\nweb2: { address: b }\n"],
    ["web1: { address: a }"],
  ])("keeps what stands there, to the last byte", (text) => {
    const added = add(text);
    expect(added.startsWith(text)).toBe(true);
    expect(parse(added)).toEqual({ ...parse(text), web3: entry });
  });

  test("of the template gets its first host, and keeps its comments", () => {
    const template = readFileSync(new URL("../../../../templates/stack/inventory/hosts.yaml", import.meta.url), "utf8");
    const added = add(template);
    expect(parse(added)).toEqual({ web3: entry });
    expect(added).toContain("#   reserve: 512MiB            # kept for the host itself");
    expect(added).toContain("\nweb3:\n  address: web3.example.org\n");
  });

  test.each(["", "# nothing yet\n", "{ web1: { address: a } } # all in braces\n"])("%j takes one more", (text) => {
    const added = add(text);
    expect(parse(added)).toEqual({ ...parse(text), web3: entry });
    for (const comment of text.match(/#.*/g) ?? []) expect(added).toContain(comment);
  });
});

test("an inventory with members' requests takes one more host", async () => {
  const folder = mkdtempSync(join(tmpdir(), "allmende-adopt-"));
  const request = {
    change: "create",
    service: "anna-site",
    template: "static-site",
    member: "anna",
    askedBy: "anna@example.org",
    askedAt: "2026-11-24T15:30:00Z",
    date: "2026-11-28",
    host: "web1",
    level: "basic",
    values: { image: "registry.example.org/site:1", port: 8080, ram: "32MiB" },
  };
  const hostKey = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${"A".repeat(43)}`;
  const files = {
    "hosts.yaml": `web1: { address: web1.example.org, hostKey: ${hostKey}, reserve: 512MiB }\n`,
    "members/anna.yaml": "number: 1042\nemail: anna@example.org\n",
    "tariff.yaml":
      'currency: EUR\nram: "4.00"\nlastMinuteSurcharge: "25.00"\nlevels:\n  basic: { title: { de: Einfach, en: Basic }, price: "0.10", hosts: all }\n',
    "work.yaml":
      "zone: Europe/Berlin\nleadTime: { default: 3d }\nquota: { default: 1GiB }\ndeviation: 20\nrules:\n  - { kind: service-request, when: { change: [create, change, end] }, reason: { de: Katalog, en: Catalogue } }\n",
    "requests/2026-001.yaml": stringify(request),
  };
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const added = { address: "web3.example.org", user: "root", hostKey, reserve: "512MiB" };
    expect(parse(readFileSync(await writeEntry(folder, "web3", added), "utf8"))).toHaveProperty("web3", added);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe.skipIf(sshdMissing())("adopting", () => {
  let sshd: TestSshd;
  let folder: string;

  beforeAll(async () => {
    sshd = await startSshd();
  }, 30_000);
  afterAll(() => sshd.stop());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "allmende-adopt-"));
    for (const name of ["members", "services"]) mkdirSync(join(folder, name));
    writeFileSync(join(folder, "hosts.yaml"), hosts("web1", "web1.example.org"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const hosts = (name: string, address: string, port = 22) =>
    `${name}: { address: ${address}, port: ${port}, hostKey: ${sshd.hostKeys["ed25519"]}, reserve: 512MiB }\n`;

  async function adopt(...words: readonly string[]) {
    const context = recordingContext();
    const place = `127.0.0.1:${sshd.port}`;
    const argv = ["host", "adopt", place, "-C", folder, "-i", sshd.privateKeyPath, ...words];
    const error = await createProgram(context)
      .parseAsync(argv, { from: "user" })
      .then(
        () => undefined,
        (thrown) => thrown,
      );
    return { error, ...context.written };
  }
  const loginsFrom = async (work: () => Promise<unknown>) => {
    const before = (await sshd.log()).length;
    await work();
    return (await sshd.log()).slice(before);
  };

  test("shows the fingerprint and sends nothing before somebody confirms it", async () => {
    const log = await loginsFrom(async () => {
      const { error, out } = await adopt("--name", "web3");
      expect(error).toMatchObject({ code: "fingerprint-unconfirmed" });
      expect(out).toContain(`  ${fingerprintOf(sshd.hostKeys["ed25519"] as string)}\n`);
      expect(out).toContain("ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub");
    });
    expect(log).not.toMatch(/userauth-request|Failed publickey|Accepted/);
  });

  test("refuses another key than the one that was given, and what is no fingerprint", async () => {
    const log = await loginsFrom(async () => {
      const other = `SHA256:${"A".repeat(43)}`;
      expect((await adopt("--name", "web3", "--fingerprint", other)).error).toMatchObject({
        name: "ConnectError",
        code: "host-key-mismatch",
      });
      const { error } = await adopt("--name", "web3", "--fingerprint", "SHA256:short");
      expect(error).toMatchObject({ code: "bad-fingerprint" });
    });
    expect(log).not.toMatch(/userauth-request|Failed publickey|Accepted/);
    expect(readFileSync(join(folder, "hosts.yaml"), "utf8")).toBe(hosts("web1", "web1.example.org"));
  });

  test("says which requests wait before anything is asked of the host", async () => {
    const work =
      "zone: UTC\nleadTime: { default: 3d }\nquota: { default: 1GiB }\ndeviation: 20\nrules:\n  - { kind: service-request, when: { change: [create] }, reason: { de: Katalog, en: Catalogue } }\n";
    writeFileSync(join(folder, "work.yaml"), work);
    writeFileSync(join(folder, "members/anna.yaml"), "number: 1042\nemail: anna@example.org\n");
    writeFileSync(join(folder, "hosts.yaml"), hosts("web1", "web1.example.org").replace(" }", ", ram: 4GiB }"));
    mkdirSync(join(folder, "requests"));
    for (const [id, hour] of [
      ["one", "10"],
      ["two", "11"],
    ] as const) {
      const request = {
        ...{ change: "create", service: `anna-${id}`, template: "static-site", member: "anna", host: "web1" },
        ...{ askedBy: "anna@example.org", askedAt: `2026-11-24T${hour}:30:00Z`, date: "2026-11-28" },
        values: { image: "docker.io/library/site:1", port: 8080, ram: "32MiB" },
      };
      writeFileSync(join(folder, `requests/${id}.yaml`), stringify(request));
    }
    const { error, err } = await adopt("--name", "web3");
    expect(error).toMatchObject({ code: "fingerprint-unconfirmed" });
    expect(err).toMatch(/^warning: request two \(anna-two of anna\) waits.*\n {2}port 8080.*anna-one/);
  });

  test("asks for a name where the address is none, and refuses what is there already", async () => {
    expect((await adopt()).error).toMatchObject({ code: "name-missing" });
    expect((await adopt("--name", "web1")).error).toMatchObject({ code: "host-exists" });
    writeFileSync(join(folder, "hosts.yaml"), hosts("web2", "127.0.0.1", sshd.port));
    expect((await adopt("--name", "web3")).error).toMatchObject({ code: "host-exists" });
  });
});
