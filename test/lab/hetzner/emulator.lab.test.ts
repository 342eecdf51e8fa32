import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type HetznerApi, Lab, startHetznerApi } from "@allmende/lab";
import { execa } from "execa";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { keepServersEvidence } from "../support/hetzner-evidence.js";
import { until } from "../support/test-lab.js";

let lab: Lab;
let api: HetznerApi;
let folder: string;
let userData: string;

const file = (name: string) => join(folder, name);
// biome-ignore lint/suspicious/noExplicitAny: answers have every shape.
const ask = async (method: string, path: string, body?: object, token = api.token): Promise<any> => {
  const response = await fetch(`${api.endpoint}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return response.status === 204 ? undefined : await response.json();
};

/** Polls actions as every client does; throws what a failed one says. */
const done = async (...ids: readonly number[]) => {
  await until(`actions ${ids.join(", ")} end`, async () => {
    const { actions } = await ask("GET", `/actions?${ids.map((id) => `id=${id}`).join("&")}`);
    for (const action of actions) if (action.status === "error") throw new Error(action.error.message);
    return actions.every(({ status }: { status: string }) => status === "success");
  });
};

const ssh = (address: string, ...words: readonly string[]) =>
  execa(
    "ssh",
    [
      ...["-F", "/dev/null", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes", "-o", "ConnectTimeout=10"],
      ...["-o", `UserKnownHostsFile=${file("known_hosts")}`, "-o", "HostKeyAlias=server", "-i", file("login")],
      `root@${address}`,
      ...words,
    ],
    { reject: false, stdin: "ignore" },
  );

const answers = (address: string) =>
  until(`${address} answers ssh`, async () => (await ssh(address, "true")).exitCode === 0);

beforeAll(async () => {
  lab = await Lab.start({ name: "test-hcloud-api", number: 4, hosts: [] });
  api = await startHetznerApi(lab);
  folder = await mkdtemp(join(tmpdir(), "hetzner-"));
  for (const name of ["host", "login"])
    await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", file(name)]);
  const publicKey = (await readFile(file("host.pub"), "utf8")).trim();
  await writeFile(file("known_hosts"), `server ${publicKey.split(" ").slice(0, 2).join(" ")}\n`);
  const keys = { ed25519_private: await readFile(file("host"), "utf8"), ed25519_public: publicKey };
  userData = `#cloud-config\n${JSON.stringify({ ssh_keys: keys, runcmd: ["echo hello > /root/hello"] })}\n`;
  await ask("POST", "/ssh_keys", { name: "login", public_key: await readFile(file("login.pub"), "utf8") });
});

beforeEach(() => keepServersEvidence(lab, api));
afterAll(async () => {
  await api?.close();
  await lab?.down();
  if (folder) await rm(folder, { recursive: true });
});

describe("a server of the lab's Hetzner Cloud", () => {
  let id: number;
  let address: string;
  let volume: { id: number; linux_device: string };

  test("boots with its user data: the first connection is already strict", async () => {
    const made = await ask("POST", "/servers", {
      name: "web3",
      server_type: "cx23",
      image: "debian-13",
      location: "fsn1",
      ssh_keys: ["login"],
      user_data: userData,
    });
    id = made.server.id;
    address = made.server.public_net.ipv4.ip;
    await done(made.action.id, ...made.next_actions.map((action: { id: number }) => action.id));
    await answers(address);
    expect((await ssh(address, "cat", "/etc/debian_version")).stdout).toMatch(/^13\./);
    expect((await ssh(address, "cloud-init", "status", "--wait")).stdout).toContain("status: done");
    expect((await ssh(address, "hostname; cat /root/hello")).stdout).toBe("web3\nhello");
  });

  test("gets a volume as a disk while it runs", async () => {
    const made = await ask("POST", "/volumes", { name: "data", size: 10, server: id, format: "ext4" });
    volume = made.volume;
    await done(made.action.id, ...made.next_actions.map((action: { id: number }) => action.id));
    await until("the disk appears", async () => (await ssh(address, "test", "-b", volume.linux_device)).exitCode === 0);
    const mounted = await ssh(
      address,
      `mkdir /data && mount ${volume.linux_device} /data && echo kept > /data/file && sync`,
    );
    expect(mounted.stderr).toBe("");
    expect((await ssh(address, "umount", "/data")).exitCode).toBe(0);
    const detached = await ask("POST", `/volumes/${volume.id}/actions/detach`, {});
    await done(detached.action.id);
    expect((await ssh(address, "test", "-b", volume.linux_device)).exitCode).not.toBe(0);
    const again = await ask("POST", `/volumes/${volume.id}/actions/attach`, { server: id });
    await done(again.action.id);
  });

  test("has more memory, and the same disks, after a change of its type", async () => {
    const memoryKiB = async () => Number((await ssh(address, "awk", "'/MemTotal/{print $2}'", "/proc/meminfo")).stdout);
    const before = await memoryKiB();
    for (const [action, body] of [
      ["shutdown", {}],
      ["change_type", { server_type: "cx33", upgrade_disk: false }],
    ] as const)
      await done((await ask("POST", `/servers/${id}/actions/${action}`, body)).action.id);
    await answers(address);
    expect(await memoryKiB()).toBeGreaterThan(1.5 * before);
    const kept = await ssh(address, `mount ${volume.linux_device} /data && cat /data/file /root/hello`);
    expect(kept.stdout).toBe("kept\nhello");
  });

  test("outlives the API's process, which goes on from where it was", async () => {
    const { endpoint, token } = api;
    await api.close();
    api = await startHetznerApi(lab);
    expect([api.endpoint, api.token]).toEqual([endpoint, token]);
    expect((await ask("GET", `/servers/${id}`)).server).toMatchObject({ status: "running", volumes: [volume.id] });
    expect((await ssh(address, "true")).exitCode).toBe(0);
  });

  test("is not there for another project", async () => {
    const other = api.newProject();
    expect((await ask("GET", "/servers", undefined, other)).servers).toEqual([]);
    expect((await ask("DELETE", `/servers/${id}`, undefined, other)).error.code).toBe("not_found");
  });

  test("is gone with its disk once it is deleted; the volume stays", async () => {
    await done((await ask("DELETE", `/servers/${id}`)).action.id);
    expect((await ask("GET", `/servers/${id}`)).error.code).toBe("not_found");
    expect((await ssh(address, "true")).exitCode).toBe(255);
    expect((await ask("GET", `/volumes/${volume.id}`)).volume.server).toBeNull();
    await expect(readFile(join(lab.files.directory, "hosts", `server-${id}`, "disk.cow"))).rejects.toThrow("ENOENT");
  });
});
