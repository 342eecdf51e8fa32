import type { LoadedInventory } from "@allmende/model";
import { expect, it } from "vitest";
import { isHostmaster } from "./entitled.js";

const inventory = {
  members: [
    { name: "anna", number: 1, email: "anna@example.org" },
    { name: "ben", number: 2, email: "ben@example.org" },
  ],
  mail: { hostmasters: ["Anna@example.org", "root@example.org"] },
  work: { people: { anna: ["anna-login"], ben: ["ben-login"] } },
} as unknown as LoadedInventory;

it("knows hostmasters by address, and by the login at the forge of a member who is one", () => {
  const known = ["root@example.org", "anna@example.org", "ANNA-login", "ben-login", "ben@example.org", "eve"];
  expect(known.filter((who) => isHostmaster(who, inventory))).toEqual(known.slice(0, 3));
  expect(isHostmaster("anna-login", { ...inventory, mail: undefined })).toBe(false);
});
