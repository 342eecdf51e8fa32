import type { RequestedInventory } from "@allmende/requests";
import { expect, it } from "vitest";
import { deployedSecrets } from "./made-secrets.js";

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
