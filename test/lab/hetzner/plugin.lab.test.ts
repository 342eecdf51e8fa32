import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { type HetznerApi, hcloudPlugin, Lab, startHetznerApi } from "@allmende/lab";
import * as hcloud from "@pulumi/hcloud";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation/index.js";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let lab: Lab;
let api: HetznerApi;
let plugin: string;
let folder: string;
let stack: Stack;
let serverType = "cx23";

/** Every kind of resource that a cooperative's stack is made of. */
const program = async () => {
  const options = { provider: new hcloud.Provider("lab", { endpoint: api.endpoint, token: api.token }) };
  const key = new hcloud.SshKey("login", { publicKey: await readFile(join(folder, "login.pub"), "utf8") }, options);
  const network = new hcloud.Network("private", { ipRange: "10.0.0.0/16" }, options);
  const networkId = network.id.apply(Number);
  const range = { networkId, type: "cloud", networkZone: "eu-central", ipRange: "10.0.1.0/24" };
  const subnet = new hcloud.NetworkSubnet("hosts", range, options);
  const rules = [{ direction: "in", protocol: "tcp", port: "22", sourceIps: ["0.0.0.0/0", "::/0"] }];
  const firewall = new hcloud.Firewall("web", { rules }, options);
  const group = new hcloud.PlacementGroup("apart", { type: "spread" }, options);
  const address = { type: "ipv4", location: "fsn1", assigneeType: "server", autoDelete: false };
  const ip = new hcloud.PrimaryIp("address", address, options);
  const volume = new hcloud.Volume("data", { size: 10, location: "fsn1", format: "ext4" }, options);
  const server = new hcloud.Server(
    "web3",
    {
      name: "web3",
      serverType,
      image: "debian-13",
      location: "fsn1",
      keepDisk: true,
      sshKeys: [key.name],
      userData: "#cloud-config\n{}\n",
      firewallIds: [firewall.id.apply(Number)],
      placementGroupId: group.id.apply(Number),
      publicNets: [{ ipv4Enabled: true, ipv4: ip.id.apply(Number), ipv6Enabled: false }],
      networks: [{ networkId }],
      labels: { role: "host" },
    },
    { ...options, dependsOn: [subnet] },
  );
  const ids = { volumeId: volume.id.apply(Number), serverId: server.id.apply(Number) };
  new hcloud.VolumeAttachment("data", ids, options);
  return { address: server.ipv4Address, private: server.networks.apply((networks) => networks?.[0]?.ip) };
};

beforeAll(async () => {
  lab = await Lab.start({ name: "test-hcloud-plugin", number: 5, hosts: [] });
  api = await startHetznerApi(lab);
  plugin = await hcloudPlugin();
  folder = await mkdtemp(join(tmpdir(), "hcloud-"));
  for (const name of ["work", "state", "home"]) await mkdir(join(folder, name));
  await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(folder, "login")]);
  const cache = process.env["ALLMENDE_CACHE"] ?? join(homedir(), ".cache", "allmende");
  const cached = join(cache, "pulumi", "3.255.0");
  if (existsSync(cached)) process.env["PATH"] = `${cached}${delimiter}${process.env["PATH"]}`;
  const project = {
    name: "plugin",
    runtime: "nodejs",
    backend: { url: `file://${folder}/state` },
    plugins: { providers: [{ name: "hcloud", path: plugin }] },
  };
  await writeFile(join(folder, "work", "Pulumi.yaml"), JSON.stringify(project));
  stack = await LocalWorkspace.createOrSelectStack(
    { stackName: "test", projectName: "plugin", program },
    {
      workDir: join(folder, "work"),
      pulumiHome: join(folder, "home"),
      envVars: { PULUMI_CONFIG_PASSPHRASE: "test", PULUMI_SKIP_UPDATE_CHECK: "1" },
    },
  );
}, 1_800_000);

afterAll(async () => {
  await api?.close();
  await lab?.down();
  if (folder) await rm(folder, { recursive: true });
});

describe("the plugin", () => {
  test("is Pulumi's bridge around Hetzner's own Terraform provider, with the sums that are pinned", async () => {
    const binary = await readFile(join(plugin, "pulumi-resource-hcloud"), "latin1");
    const module = /dep\t(github\.com\/hetznercloud\/terraform-provider-hcloud)\t(v[\d.]+)\t(h1:\S+)/.exec(binary);
    const sums = await readFile(new URL("../../../packages/lab/hcloud-plugin/go.sum", import.meta.url), "utf8");
    expect(sums).toContain(module?.slice(1).join(" "));
    expect(binary).toMatch(/dep\tgithub\.com\/pulumi\/pulumi-terraform-bridge\/v3\t/);
  });

  test("makes everything that a stack is made of, and finds nothing to do afterwards", async () => {
    const { summary, outputs } = await stack.up();
    expect(summary.result).toBe("succeeded");
    expect(outputs["address"]?.value).toBe(api.servers()[0]?.address);
    expect(outputs["private"]?.value).toBe("10.0.1.2");
    await stack.refresh();
    const { changeSummary } = await stack.preview();
    expect(Object.keys(changeSummary)).toEqual(["same"]);
  });

  test("changes a server's type in place", async () => {
    const before = api.servers();
    serverType = "cx33";
    const { summary } = await stack.up();
    expect(summary.resourceChanges).toMatchObject({ update: 1 });
    expect(api.servers()).toEqual(before);
  });

  test("takes everything away again", async () => {
    await stack.destroy();
    expect(api.servers()).toEqual([]);
  });
});
