import { expect, it } from "vitest";
import { hostChoices, levelChoices } from "./dialogue-choices.js";
import { dialogueTexts } from "./dialogue-texts.js";
import { loadRequested, readRequested } from "./requested.js";
import { memberInventory } from "./testing/member-inventory.js";

const words = { texts: dialogueTexts.en, language: "en" } as const;
const inventoryOf = (more: Readonly<Record<string, string>> = {}) =>
  loadRequested(readRequested(memberInventory(more)), Number.POSITIVE_INFINITY);

it("says of a host what a member can have there, with the RAM that helpers need taken off", () => {
  const inventory = inventoryOf();
  const roomOf = (member: string, count: number, own?: readonly string[]) =>
    hostChoices({ inventory, member, count, ...(own && { own }) }, words).map(({ name }) => name)[1];
  expect(roomOf("anna", 1)).toBe("web1: room for up to 352 MiB");
  expect(Number.parseInt(roomOf("anna", 2)?.split(" ").at(-2) ?? "", 10)).toBeLessThan(352);
  // Ben's slice is there already, and his site makes way for itself.
  expect(Number.parseInt(roomOf("ben", 1, ["ben-site"])?.split(" ").at(-2) ?? "", 10)).toBeGreaterThanOrEqual(352 + 64);
});

it("offers the levels of the chosen host, says where others are, and leaves out what no host has", () => {
  const inventory = inventoryOf();
  const basic = { value: "basic", name: "Basic: €0.10 per month" };
  const gold = { value: "gold", name: "Gold: €10.00 per month" };
  expect(levelChoices(inventory, "web2", words)).toEqual([basic, gold]);
  expect(levelChoices(inventory, "web1", words)).toEqual([basic, { ...gold, disabled: "(only on web2)" }]);
  const ordinary = inventory.hosts.filter(({ name }) => name === "web1");
  expect(levelChoices({ ...inventory, hosts: ordinary }, "web1", words)).toEqual([basic]);
  expect(levelChoices(inventory, "web9", words)).toEqual([basic, gold]);
});
