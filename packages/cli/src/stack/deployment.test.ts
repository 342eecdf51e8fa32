import { createCipheriv, pbkdf2Sync, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { closedSecret, deployedHosts, deployedHostsInTurns, hostsOnly } from "../live/deployed.js";
import { deploymentOf, readDeployment, type State } from "./deployment.js";
import { readStackFolder } from "./folder.js";
import { stateOpener } from "./state-secrets.js";

const passphrase = "correct horse";
const salt = randomBytes(8);
const key = pbkdf2Sync(passphrase, salt, 1_000_000, 32, "sha256");

function close(text: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const closed = Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]);
  return `v1:${nonce.toString("base64")}:${closed.toString("base64")}`;
}

const secret = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ciphertext: close(JSON.stringify(value)),
});
const host = {
  name: "web1",
  address: "127.0.0.1",
  user: "hostmaster",
  hostKey: `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${"A".repeat(43)}`,
  reserve: "512MiB",
};
const provider = "urn:pulumi:lab::lab::pulumi:providers:allmende::default::0123";
const resource = (type: string, name: string, inputs: object) => ({
  urn: `urn:pulumi:lab::lab::allmende:index:${type}::${name}`,
  type: `allmende:index:${type}`,
  custom: true,
  id: name,
  provider,
  inputs: { __defaults: [], ...inputs },
  outputs: {},
});
const state: State = {
  secrets_providers: { type: "passphrase", state: { salt: `v1:${salt.toString("base64")}:${close("pulumi")}` } },
  resources: [
    {
      urn: "urn:pulumi:lab::lab::pulumi:providers:allmende::default",
      type: "pulumi:providers:allmende",
      custom: true,
      id: "0123",
      inputs: { privateKeyFile: "/k" },
    },
    resource("Host", "web1", { ...host, digests: { "/etc/x": "sha256:0" }, live: { active: true } }),
    resource("Member", "anna-web1", { name: "anna", number: 1042, host }),
    resource("Service", "anna-shop", {
      name: "anna-shop",
      member: { name: "anna", number: 1042 },
      host,
      image: "registry.example.org/app:1",
      ram: "128MiB",
      secrets: { API_KEY: secret("hunter2"), TOKEN: { value: secret("t0ken"), as: "environment" } },
    }),
    { ...resource("Service", "old", {}), delete: true },
  ],
};

test("a state becomes hosts with members and services; secrets stay closed", () => {
  const [deployed, ...others] = deployedHosts(deploymentOf(state));
  expect(others).toEqual([]);
  expect(deployed?.host.connection.user).toBe("hostmaster");
  expect(deployed?.members).toEqual([{ name: "anna", number: 1042 }]);
  expect(deployed?.services.map((service) => service.name)).toEqual(["anna-shop"]);
  expect(deployed?.credentials.privateKeyPath).toBe("/k");
  expect(deployed?.services[0]?.secrets).toEqual({
    API_KEY: { value: closedSecret, as: "file" },
    TOKEN: { value: closedSecret, as: "environment" },
  });
});

test("how hosts are reached needs one resource of each, also of one that another stack declares", () => {
  const deployment = deploymentOf(state);
  const elsewhere = deployment.resources.filter(({ type }) => !type.endsWith(":Host"));
  for (const resources of [deployment.resources, [...deployment.resources].reverse(), elsewhere]) {
    const places = hostsOnly({ ...deployment, resources });
    expect(places.resources).toHaveLength(1);
    const reached = (hosts: ReturnType<typeof deployedHosts>) =>
      hosts.map(({ host, credentials }) => [host, credentials]);
    expect(reached(deployedHosts(places))).toEqual(reached(deployedHosts(deployment)));
  }
});

test("a stack of patch runs says how its hosts are reached, and has nothing else on them", () => {
  const run = resource("PatchRun", "nightly-web1", { window: { name: "nightly" }, host, hosts: [{ name: "web1" }] });
  const [provider = {}] = state.resources ?? [];
  const [deployed] = deployedHosts(deploymentOf({ resources: [provider, run] }));
  expect(deployed).toMatchObject({ host: { name: "web1" }, credentials: { privateKeyPath: "/k" }, resources: [] });
});

test("in turns comes the same, and others get theirs", async () => {
  let turns = 0;
  const count = () => {
    turns += 1;
    next = setImmediate(count);
  };
  let next = setImmediate(count);
  const hosts = await deployedHostsInTurns(deploymentOf(state));
  clearImmediate(next);
  expect(hosts).toEqual(deployedHosts(deploymentOf(state)));
  expect(turns).toBeGreaterThanOrEqual(2);
});

test("the passphrase opens secrets", async () => {
  const open = await stateOpener(state.secrets_providers, { PULUMI_CONFIG_PASSPHRASE: passphrase });
  const [deployed] = deployedHosts(deploymentOf(state, open));
  expect(deployed?.services[0]?.secrets["API_KEY"]?.value).toBe("hunter2");
  expect(deployed?.services[0]?.secrets["TOKEN"]).toEqual({ value: "t0ken", as: "environment" });
});

test("a wrong passphrase, none, or another kind of provider opens nothing", async () => {
  expect(await stateOpener(state.secrets_providers, { PULUMI_CONFIG_PASSPHRASE: "wrong" })).toBeUndefined();
  expect(await stateOpener(state.secrets_providers, {})).toBeUndefined();
  expect(await stateOpener({ type: "cloud", state: {} }, { PULUMI_CONFIG_PASSPHRASE: passphrase })).toBeUndefined();
});

test("a login's key that is a secret is opened to reach the hosts, and nothing else with it", async () => {
  const [provider, ...others] = state.resources ?? [];
  const keyed: State = { ...state, resources: [{ ...provider, inputs: { privateKey: secret("PRIVATE") } }, ...others] };
  const open = await stateOpener(keyed.secrets_providers, { PULUMI_CONFIG_PASSPHRASE: passphrase });
  const [deployed] = deployedHosts(deploymentOf(keyed, open, false));
  expect(deployed?.credentials.privateKey).toBe("PRIVATE");
  expect(deployed?.services[0]?.secrets["API_KEY"]?.value).toBe(closedSecret);
});

test("reads a stack's state file so, without being asked for secrets", async () => {
  const directory = mkdtempSync(join(tmpdir(), "allmende-state-"));
  try {
    const [provider, ...others] = state.resources ?? [];
    const latest = { ...state, resources: [{ ...provider, inputs: { privateKey: secret("PRIVATE") } }, ...others] };
    const stacks = join(directory, ".state", ".pulumi", "stacks", "demo");
    mkdirSync(stacks, { recursive: true });
    writeFileSync(join(stacks, "lab.json"), JSON.stringify({ checkpoint: { latest } }));
    writeFileSync(join(directory, ".state", "passphrase"), passphrase);
    writeFileSync(join(directory, "Pulumi.yaml"), "name: demo\nruntime: nodejs\n");
    writeFileSync(join(directory, "Pulumi.lab.yaml"), "config: {}\n");
    writeFileSync(join(directory, "index.ts"), "");
    const [deployed] = deployedHosts(await readDeployment(readStackFolder(directory, "lab")));
    expect(deployed?.credentials.privateKey).toBe("PRIVATE");
    expect(deployed?.services[0]?.secrets["API_KEY"]?.value).toBe(closedSecret);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
