import type Big from "big.js";
import type { RequestedInventory } from "../request/inventory.js";
import { exactMoney, monthlyPrice } from "./price.js";

/**
 * What a service costs its member in a month. `amount`: exact, in the tariff's currency. What a template makes of several services has one price, as
 * the request for it said: that of the main one, `within` which the others are.
 */
export type ServicePrice = { readonly amount: string } | { readonly within: string };

/** Prices by name of service; empty without a tariff. `services`: as they run, which may be less or more than what is declared. */
export function servicePrices(
  services: readonly { readonly name: string; readonly ramBytes: number }[],
  { tariff, applications }: Pick<RequestedInventory, "tariff" | "applications">,
): ReadonlyMap<string, ServicePrice> {
  if (tariff === undefined) return new Map();
  const ramOf = new Map(services.map(({ name, ramBytes }) => [name, ramBytes]));
  const mainOf = new Map(
    [...applications.values()]
      .filter(({ service }) => ramOf.has(service))
      .flatMap(({ service, plan }) => Object.keys(plan.services).map((name) => [name, service] as const)),
  );
  const amount = (price: Big) => ({ amount: exactMoney(price, tariff.currency) });
  return new Map(
    services.map(({ name, ramBytes }): [string, ServicePrice] => {
      const main = mainOf.get(name);
      if (main === undefined) return [name, amount(monthlyPrice(tariff, ramBytes, undefined))];
      if (main !== name) return [name, { within: main }];
      const together = [...mainOf].reduce((sum, [each, of]) => (of === name ? sum + (ramOf.get(each) ?? 0) : sum), 0);
      return [name, amount(monthlyPrice(tariff, together, applications.get(name)?.level))];
    }),
  );
}
