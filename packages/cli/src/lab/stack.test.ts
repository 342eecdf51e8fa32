import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadInventory } from "@allmende/model";
import { expect, onTestFinished, test } from "vitest";
import { labStackDirectory, patchStackDirectory } from "../paths.js";
import { openEngine } from "../stack/engine.js";
import { readStackFolder } from "../stack/folder.js";
import { readInventoryFolder } from "../stack/inventory-folder.js";
import { cleanLabStack, preparePatchStack, renderHostsFile, secretNamesIn } from "./stack.js";

const hostKey = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${"A".repeat(43)}`;
const labHost = (name: string, address: string) => ({
  name,
  address,
  port: 22 as const,
  user: "hostmaster" as const,
  hostKey,
  privateKeyPath: "/k",
  insideAddress: "10.77.0.11",
  ramMiB: 1536,
});
const hosts = renderHostsFile([labHost("web1", "127.77.0.11"), labHost("web2", "127.77.0.12")]);

test("the inventory of stacks/lab is right together with the hosts of the lab, RAM admission included", () => {
  const { files } = readInventoryFolder(labStackDirectory);
  const loaded = loadInventory(new Map([...files, ["hosts.yaml", hosts]]));
  expect(loaded.ok ? [] : loaded.findings).toEqual([]);
  if (!loaded.ok) return;
  expect(loaded.value.members).toHaveLength(4);
  expect(loaded.value.services).toHaveLength(8);
  expect(loaded.value.hosts.map((host) => host.connection)).toMatchObject([
    { address: "127.77.0.11", hostKeys: [hostKey] },
    { address: "127.77.0.12" },
  ]);
});

test("the secrets of the lab's services are found in their files", () => {
  const { files } = readInventoryFolder(labStackDirectory);
  const services = [...files].filter(([path]) => path.startsWith("services/")).map(([, text]) => text);
  expect(secretNamesIn(services)).toEqual([
    "brunoDatabasePassword",
    "dilanDatabasePassword",
    "notesApiKey",
    "shopApiKey",
  ]);
});

/** stacks/patch as it is in git, in a folder of its own. */
function patchStack(): string {
  const directory = mkdtempSync(join(tmpdir(), "allmende-patch-stack-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  for (const name of ["Pulumi.yaml", "index.ts", "package.json"])
    cpSync(join(patchStackDirectory, name), join(directory, name));
  return directory;
}

test("stacks/patch without settings is refused with what to do, and no stack is made", async () => {
  const directory = patchStack();
  await expect(openEngine(readStackFolder(directory, undefined, {}))).rejects.toMatchObject({
    code: "no-settings",
    message: expect.stringContaining(
      "runsAs (the stack that the inventory belongs to, such as lab.lab; for the lab `allmende lab up`",
    ),
    nextStep: expect.stringContaining("pulumi config set runsAs"),
  });
  expect([".state", "Pulumi.patch.yaml"].filter((name) => existsSync(join(directory, name)))).toEqual([]);
});

test("a lab makes stacks/patch ready as the stack whose runs `allmende patch` of stacks/lab knows", async () => {
  const directory = patchStack();
  const [written] = preparePatchStack(directory, [labHost("web1", "127.77.0.11")]);
  expect(written).toContain("Pulumi.lab.yaml: login key, runsAs lab.lab");
  expect(preparePatchStack(directory, [labHost("web1", "127.77.0.11")])).toEqual([]);
  const folder = readStackFolder(directory, undefined, {});
  expect(folder.stack).toBe("lab");
  await openEngine(folder);
  expect(existsSync(join(directory, ".state/.pulumi/stacks/patch/lab.json"))).toBe(true);
  cleanLabStack(directory);
  expect([".state", "Pulumi.lab.yaml"].filter((name) => existsSync(join(directory, name)))).toEqual([]);
});

test("taking a lab down leaves other stacks of the folder their states and their passphrase", () => {
  const directory = patchStack();
  preparePatchStack(directory, [labHost("web1", "127.77.0.11")]);
  const states = join(directory, ".state/.pulumi/stacks/patch");
  mkdirSync(states, { recursive: true });
  const kept = [join(directory, "Pulumi.coop.yaml"), join(directory, ".state/passphrase"), join(states, "coop.json")];
  for (const path of [...kept, join(states, "lab.json")]) writeFileSync(path, "{}");
  cleanLabStack(directory);
  expect(kept.map((path) => readFileSync(path, "utf8"))).toEqual(["{}", "{}", "{}"]);
  expect([join(states, "lab.json"), join(directory, "Pulumi.lab.yaml")].filter(existsSync)).toEqual([]);
});
