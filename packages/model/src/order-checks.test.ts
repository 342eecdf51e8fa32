import { expect, it } from "vitest";
import { checkOrder } from "./order-checks.js";
import { plainService } from "./testing/plain-service.js";

function said(services: readonly { name: string; member?: string; after?: readonly string[] }[]): string[] {
  return checkOrder(services.map((each) => plainService(each))).map(
    ({ path, message }) => `${path.join(".")}: ${message}`,
  );
}

it("lets a service wait for another one of the same member", () => {
  expect(said([{ name: "shop", after: ["shop-db"] }, { name: "shop-db" }])).toEqual([]);
});

it("refuses to wait for what is not there, or is another member's", () => {
  expect(said([{ name: "shop", after: ["shop-bd"] }, { name: "shop-db" }])).toEqual([
    'services.shop.after.0: anna has no service "shop-bd" on this host (did you mean "shop-db"?)',
  ]);
  expect(
    said([
      { name: "shop", after: ["db"] },
      { name: "db", member: "bert" },
    ]),
  ).toEqual(['services.shop.after.0: anna has no service "db" on this host']);
});

it("refuses circles, however long", () => {
  expect(said([{ name: "a", after: ["a"] }])).toEqual([
    "services.a.after: waits for itself, directly or through others",
  ]);
  expect(
    said([
      { name: "a", after: ["b"] },
      { name: "b", after: ["c"] },
      { name: "c", after: ["a"] },
      { name: "d", after: ["a"] },
    ]),
  ).toHaveLength(3);
});
