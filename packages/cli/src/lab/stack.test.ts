import { loadInventory } from "@allmende/model";
import { expect, test } from "vitest";
import { labStackDirectory } from "../paths.js";
import { readInventoryFolder } from "../stack/inventory-folder.js";
import { renderHostsFile, secretNamesIn } from "./stack.js";

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
