import type { TariffSpec } from "@allmende/model";
import { expect, test } from "vitest";
import type { PlannedApplication } from "../request/inventory.js";
import { servicePrices } from "./service-prices.js";

const mib = 1024 ** 2;
const tariff: TariffSpec = {
  ...{ currency: "EUR", ramPrice: "3.00", lastMinuteSurcharge: "25.00", hourlyRates: {} },
  levels: [{ name: "gold", title: { de: "Gold", en: "Gold" }, price: "10.00", hosts: {} }],
};
/** WordPress with its database: each alone would be rounded up. */
const shop = {
  ...{ service: "anna-shop", level: "gold" },
  plan: { services: { "anna-shop": {}, "anna-shop-database": {} } },
} as unknown as PlannedApplication;
const applications = new Map([["anna-shop", shop]]);
const services = [
  { name: "anna-blog", ramBytes: 64 * mib },
  { name: "anna-shop", ramBytes: 129 * mib },
  { name: "anna-shop-database", ramBytes: 129 * mib },
];

test("each service costs its RAM; what a template made of several costs what its request said, once", () => {
  expect(Object.fromEntries(servicePrices(services, { tariff, applications }))).toEqual({
    "anna-blog": { amount: "0.19" },
    "anna-shop": { amount: "10.76" },
    "anna-shop-database": { within: "anna-shop" },
  });
});

test("what is left of an application costs its RAM; without a tariff nothing has a price", () => {
  const left = services.filter(({ name }) => name !== "anna-shop");
  expect(servicePrices(left, { tariff, applications }).get("anna-shop-database")).toEqual({ amount: "0.38" });
  expect(servicePrices(services, { tariff: undefined, applications }).size).toBe(0);
});
