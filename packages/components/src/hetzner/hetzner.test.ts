import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Output, runtime } from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { Commons } from "../commons.js";
import { Member } from "../member.js";
import { type DeclaredWindowArgs, PatchWindow } from "../patch-window.js";
import { PatchWindows } from "../patch-windows.js";
import { HetznerHost, HetznerSite } from "./index.js";
import { chooseType } from "./offer.js";
import { renderUserData } from "./user-data.js";

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

const offered = (name: string, memory: number, locations: readonly string[]) => ({
  name,
  memory,
  architecture: "x86",
  locations: locations.map((each) => ({ name: each })),
});
const offer = {
  types: [offered("cx23", 4, ["fsn1", "hel1"]), offered("cx33", 8, ["fsn1"])],
  locations: ["fsn1", "hel1"],
};

const nightly: DeclaredWindowArgs["window"] = {
  recurrence: "FREQ=DAILY",
  zone: "Europe/Berlin",
  start: "2026-12-01T02:00",
  duration: "3h",
  updates: "security",
  reboot: "never",
  hosts: "all",
  waves: [],
  canary: "none",
  concurrency: 1,
  errorThreshold: 0,
  cutoff: { upgrade: "90m", restart: "45m" },
  notice: "3d",
};

let registered: Registered[];
const known = <T>(value: Output<T>) => new Promise<T>((resolve) => value.apply(resolve));
const inputsOf = (type: string, name?: string) =>
  registered.find((each) => each.type.endsWith(type) && (name === undefined || each.name === name))?.inputs;

beforeEach(() => {
  registered = [];
  let id = 100;
  runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        registered.push({ type, name, inputs });
        id += 1;
        const made: Record<string, unknown> = {
          ipAddress: "203.0.113.7",
          linuxDevice: "/dev/disk/by-id/scsi-0HC_Volume_1",
        };
        const pair = { publicKey: inputs.publicKey ?? "ssh-ed25519 AAAAhost", privateKey: "PRIVATE" };
        return { id: String(id), state: { ...made, ...pair, ...inputs } };
      },
      call: ({ token }) =>
        token.includes("getServerTypes") ? { serverTypes: offer.types } : { names: offer.locations },
    },
    "coop",
    "prod",
  );
});

const makeSite = () =>
  new HetznerSite("site", {
    cooperative: "example",
    hostmasters: { anna: "ssh-ed25519 AAAAanna" },
    sshFrom: ["203.0.113.0/24"],
  });

describe("a host at Hetzner", () => {
  test("is protected, labelled, and known to its services before it exists", async () => {
    const host = new HetznerHost("web3", {
      site: makeSite(),
      serverType: "cx33",
      location: "fsn1",
      volumeGB: 50,
      backups: true,
      reserve: "512MiB",
    });
    const anna = new Member("anna", { host, number: 1042 });
    await known(anna.urn);
    expect(inputsOf("Server")).toMatchObject({
      name: "web3",
      serverType: "cx33",
      location: "fsn1",
      keepDisk: true,
      backups: true,
      deleteProtection: true,
      rebuildProtection: true,
      labels: { cooperative: "example", project: "coop", stack: "prod", role: "host" },
    });
    expect(inputsOf("HostKey")).toMatchObject({ name: "web3", binding: { location: "fsn1" }, protect: true });
    expect(inputsOf("allmende:index:Host")).toMatchObject({
      address: "203.0.113.7",
      hostKey: "ssh-ed25519 AAAAhost",
      user: "hostmaster",
      ram: "8GiB",
    });
    expect(inputsOf("Member")).toMatchObject({ host: { name: "web3", address: "203.0.113.7", ram: "8GiB" } });
  });

  test("is open for SSH from where it was said, for the web from everywhere, and closed else", async () => {
    const site = makeSite();
    await known(site.firewall.urn);
    const { rules } = inputsOf("Firewall") as { rules: { port: string; direction: string; sourceIps: string[] }[] };
    const everywhere = ["0.0.0.0/0", "::/0"];
    expect(rules.map(({ port, sourceIps }) => [port, sourceIps])).toEqual([
      ["22", ["203.0.113.0/24"]],
      ["80", everywhere],
      ["443", everywhere],
    ]);
    expect(inputsOf("Firewall")?.["name"]).toBe("coop-prod-firewall");
  });

  test("registers no key that the project has already", async () => {
    const site = new HetznerSite("site", {
      cooperative: "example",
      hostmasters: { anna: "ssh-ed25519 AAAAanna" },
      sshFrom: [],
      sshKeys: ["coop-test-anna"],
    });
    await known(site.firewall.urn);
    expect(inputsOf("SshKey")).toBeUndefined();
    expect(site.sshKeys).toEqual(["coop-test-anna"]);
  });
});

test.each([
  [{ serverType: "cx34", location: "fsn1" }, 'Hetzner has no server type "cx34". There are: cx23, cx33'],
  [{ serverType: "cx33", location: "nbg1" }, 'Hetzner has no location "nbg1". There are: fsn1, hel1'],
  [{ serverType: "cx33", location: "hel1" }, "Hetzner has no cx33 in hel1. There are: cx23"],
])("%j is refused with what there is", (asked, message) => {
  expect(chooseType(asked, offer)).toEqual({ problem: message });
});

describe("user data", () => {
  const boot = {
    hostname: "web3",
    hostKey: { privateKey: "-----BEGIN\nline: [two]\n-----END\n", publicKey: "ssh-ed25519 AAAA" },
    user: "hostmaster",
    authorizedKeys: ["ssh-ed25519 AAAAanna # {not: data}"],
  };

  test("are data: what varies comes out as it went in", () => {
    const text = renderUserData({ ...boot, dataDevice: "/dev/disk/by-id/scsi-0HC_Volume_1" });
    expect(text.startsWith("#cloud-config\n")).toBe(true);
    expect(parse(text)).toMatchObject({
      ssh_keys: { ed25519_private: boot.hostKey.privateKey, ed25519_public: "ssh-ed25519 AAAA" },
      ssh_pwauth: false,
      ssh_deletekeys: true,
      disable_root: true,
      users: [{ name: "hostmaster", lock_passwd: true, ssh_authorized_keys: boot.authorizedKeys }],
      mounts: [["/dev/disk/by-id/scsi-0HC_Volume_1", "/home", "ext4", expect.stringContaining("nofail"), "0", "2"]],
    });
  });

  test("keep the login's home off the volume, and mount nothing where there is none", () => {
    const config = parse(renderUserData(boot));
    expect(config.users[0].homedir).toBe("/var/lib/hostmaster");
    expect(config.mounts).toBeUndefined();
    expect(JSON.stringify(config.bootcmd)).not.toContain("udevadm");
  });
});

describe("an inventory with hosts that are to be made", () => {
  let folder: string;
  const files = {
    "hosts.yaml":
      "web3:\n  hetzner: { serverType: cx33, location: fsn1 }\n  reserve: 512MiB\n  labels: { stage: test }\n  patching: { expectEveryDays: 8 }\n",
    "members/anna.yaml": "number: 1042\n",
    "services/blog.yaml": "member: anna\nhost: web3\nimage: r.example.org/a:1\nram: 128MiB\nports: { web: 8080 }\n",
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "allmende-hetzner-"));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("makes them, and declares what is on them as on any other host", async () => {
    const commons = new Commons("coop", { inventory: folder, hetzner: makeSite() });
    expect(await known(commons.services["blog"]?.url as Output<string>)).toBe("http://203.0.113.7:8080/");
    await known(commons.services["blog"]?.urn as Output<string>);
    expect(inputsOf("Server", "web3")).toMatchObject({ serverType: "cx33" });
    expect(inputsOf("allmende:index:Host")).toMatchObject({
      labels: { stage: "test" },
      patching: { expectEveryDays: 8 },
    });
    expect(inputsOf("Service")).toMatchObject({ host: { name: "web3", ram: "8GiB" } });
    expect(inputsOf("Service")?.["host"]).not.toHaveProperty("hetzner");
  });

  test("are patched in a window of the program that makes them, since no file has their address", async () => {
    writeFileSync(join(folder, "windows.yaml"), stringify({ nightly }));
    expect(() => new PatchWindows("patching", { inventory: folder })).toThrow(/nightly selects web3.*"hosts"/);
    const host = makeSite().host("web4", {
      serverType: "cx33",
      location: "fsn1",
      reserve: "1GiB",
      labels: { stage: "test" },
    });
    const { runs } = new PatchWindow("nightly", { window: { ...nightly, hosts: { stage: "test" } }, hosts: [host] });
    await known(runs["web4"]?.urn as Output<string>);
    expect(inputsOf("PatchRun", "nightly-web4")).toMatchObject({ host: { name: "web4", address: "203.0.113.7" } });
  });

  test("needs a place to make them", () => {
    expect(() => new Commons("coop", { inventory: folder })).toThrow("web3 in hosts.yaml is to be made at Hetzner");
  });
});
