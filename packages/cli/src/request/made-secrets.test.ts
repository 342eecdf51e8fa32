import { symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { RequestedInventory } from "@allmende/requests";
import { afterEach, expect, it } from "vitest";
import { readConfigValue } from "../stack/config-secret.js";
import { openEngine } from "../stack/engine.js";
import { readStackFolder } from "../stack/folder.js";
import { runEngine } from "../stack/run.js";
import { recordingContext } from "../testing.js";
import { deployedSecrets, makeSecrets } from "./made-secrets.js";
import { loadRequested, readRequested } from "./requested.js";
import { run } from "./testing/held-two.js";
import { memberInventory, writeInventoryFile } from "./testing/member-inventory.js";
import { siteRequest } from "./testing/member-repository.js";

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

const planned = (secrets: object) => ({ plan: { services: { "anna-shop": { secrets } } } });
const inventory = (secrets: object) =>
  ({ applications: new Map([["anna-shop", planned(secrets)]]) }) as unknown as Pick<RequestedInventory, "applications">;
const deployed = (secrets: unknown) => [
  { urn: "urn", type: "allmende:index:Service", inputs: { name: "anna-shop", secrets }, outputs: {} },
  {
    urn: "urn",
    type: "allmende:index:Service",
    inputs: { name: "ben-shop", secrets: { KEY: "another" } },
    outputs: {},
  },
];

it("finds the value of a secret by its name in the configuration, in both forms, and nothing that the state does not show", () => {
  const declared = inventory({
    KEY: { config: "anna.anna-shop.key" },
    TOKEN: { value: { config: "anna.anna-shop.token" }, as: "environment" },
    PLAIN: "text",
    CLOSED: { config: "anna.anna-shop.closed" },
  });
  const state = deployed({
    KEY: "hunter2",
    TOKEN: { value: "t0ken", as: "environment" },
    PLAIN: "x",
    CLOSED: undefined,
  });
  expect([...deployedSecrets(state, declared)]).toEqual([
    ["anna.anna-shop.key", "hunter2"],
    ["anna.anna-shop.token", "t0ken"],
  ]);
  expect(deployedSecrets(deployed(undefined), declared).size).toBe(0);
});

const name = "anna.anna-cache.password";
/** What an apply leaves in the state: a host, and what Commons keeps, which is what the command told it and `made`. */
const program = (made: object) => `
import { ComponentResource, runtime, secret } from "@pulumi/pulumi";
const register = (type, name, outputs) =>
  new (class extends ComponentResource { constructor() { super(type, name, {}); this.registerOutputs(outputs); } })();
const told = JSON.parse(runtime.allConfig()["allmende:madeSecrets"] ?? "{}");
register("allmende:index:Host", "web1", {});
register("allmende:index:Commons", "coop", { madeSecrets: secret({ ...told, ...${JSON.stringify(made)} }) });
`;
const cache = (change: string, askedAt: string) =>
  siteRequest("anna-cache", "", {
    ...{ change, askedAt, date: askedAt.slice(0, 10) },
    ...(change === "create"
      ? { template: "redis" }
      : { template: undefined, host: undefined, level: undefined, values: undefined }),
  });

/** A stack with an inventory in which a service with data was made and has ended. */
async function stackWithEndedService() {
  const directory = memberInventory({
    "Pulumi.yaml": "name: coop\nruntime: nodejs\nbackend: { url: 'file://./.state' }\n",
    "Pulumi.prod.yaml": "config: {}\n",
    "package.json": '{ "type": "module" }\n',
    "requests/1-create.yaml": cache("create", "2026-01-01T10:00:00Z"),
    "requests/2-end.yaml": cache("end", "2026-01-02T10:00:00Z"),
    "node_modules/@pulumi/keep": "",
  });
  const sdk = dirname(createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json"));
  symlinkSync(sdk, join(directory, "node_modules/@pulumi/pulumi"));
  process.env["PULUMI_HOME"] = join(directory, ".home");
  const inventory = () => loadRequested(readRequested(directory), Date.now());
  const bringUp = async (made: object) => {
    writeInventoryFile(directory, "index.mjs", program(made));
    const folder = readStackFolder(directory);
    await runEngine(recordingContext(), await openEngine(folder), "up", { json: true });
    return { folder, engine: await openEngine(folder) };
  };
  const createAgain = () =>
    writeInventoryFile(directory, "requests/3-again.yaml", cache("create", "2026-01-03T10:00:00Z"));
  return { inventory, bringUp, createAgain };
}

it("takes the password of a service that ended from the state, through any number of runs, when it is created again", {
  timeout: 120_000,
}, async () => {
  const { inventory, bringUp, createAgain } = await stackWithEndedService();
  await bringUp({ [name]: "former" });
  const { folder, engine } = await bringUp({});
  createAgain();
  expect(await makeSecrets(engine, inventory())).toEqual([]);
  expect(await readConfigValue(folder, name)).toBe("former");
});

it("makes no new password for data that an earlier service may have left, and says what to do", {
  timeout: 120_000,
}, async () => {
  const { inventory, bringUp, createAgain } = await stackWithEndedService();
  const { folder, engine } = await bringUp({});
  createAgain();
  await expect(makeSecrets(engine, inventory())).rejects.toMatchObject({
    code: "secret-lost",
    message: expect.stringContaining(name),
    nextStep: expect.stringContaining(`pulumi config set --secret ${name}`),
  });
  await expect(readConfigValue(folder, name)).rejects.toMatchObject({ code: "no-config-value" });
  await engine.pulumi(["config", "set", "--secret", name, "--stack", folder.stack], "put back");
  expect(await makeSecrets(engine, inventory())).toEqual([]);
});

it("puts what was made into the configuration before everything is destroyed but data", {
  timeout: 120_000,
}, async () => {
  const { bringUp } = await stackWithEndedService();
  const { folder } = await bringUp({ [name]: "former" });
  const { err } = await run("destroy", folder.directory, "--yes", "--json");
  expect(err).toContain(`put the secret ${name} into the stack's configuration`);
  expect(err).not.toContain("former");
  expect(await readConfigValue(folder, name)).toBe("former");
});
