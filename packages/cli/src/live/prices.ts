import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ServicePrice } from "@allmende/requests";
import type { Context } from "../context.js";
import type { StackFolder } from "../stack/folder.js";
import { findInventory, hasInventory } from "../stack/inventory-folder.js";
import type { ServiceRow } from "./status.js";

export interface PricedRow extends ServiceRow {
  readonly price?: ServicePrice | undefined;
}

/** A tariff at work: prices of services in a month. */
export interface Pricing {
  /** ISO 4217. */
  readonly currency: string;
  price(rows: readonly ServiceRow[]): PricedRow[];
  /** `€0.25`, or the service in whose price it is. */
  render(price: ServicePrice | undefined): string;
  /** `€2.76`: of all rows. */
  renderSum(rows: readonly PricedRow[]): string;
}

/**
 * What services cost by the tariff of a stack's inventory; undefined: it has none. How they are can be told without: an inventory that cannot be read is
 * a warning.
 */
export async function readPricing(context: Context, folder: StackFolder): Promise<Pricing | undefined> {
  const { directory } = folder;
  if (!hasInventory(directory) || !existsSync(join(findInventory(directory), "tariff.yaml"))) return undefined;
  const { renderMoney, servicePrices, sumOf } = await import("@allmende/requests");
  const { readStackInventory } = await import("../stack/stack-inventory.js");
  try {
    const inventory = await readStackInventory(folder);
    if (inventory?.tariff === undefined) return undefined;
    const { currency } = inventory.tariff;
    return {
      currency,
      price: (rows) => {
        const services = rows.map(({ service, ramBytes }) => ({ name: service, ramBytes }));
        const prices = servicePrices(services, inventory);
        return rows.map((row) => ({ ...row, price: prices.get(row.service) }));
      },
      render: (price) => {
        if (price === undefined) return "";
        return "amount" in price ? renderMoney(price.amount, currency, "en") : `in ${price.within}`;
      },
      renderSum: (rows) => {
        const amounts = rows.flatMap(({ price }) => (price !== undefined && "amount" in price ? [price.amount] : []));
        return renderMoney(sumOf(amounts), currency, "en");
      },
    };
  } catch (error) {
    const { terminal, style } = context;
    terminal.err(`${style.yellow("warning")}: no prices: ${firstOf(error)}\n  next: allmende check ${directory}\n`);
    return undefined;
  }
}

/** The first thing that is wrong, with its file and line: an error about an inventory has one a line, below how many there are. */
function firstOf(error: unknown): string {
  const [headline = "", first] = (error instanceof Error ? error.message : String(error)).split("\n");
  return first?.trim() ?? headline;
}

/** A row as `--json` has it: `pricePerMonth` (exact), or `pricedWithin`, the service in whose price it is. */
export function describePriced({ price, ...row }: PricedRow): object {
  if (price === undefined) return row;
  return { ...row, ...("amount" in price ? { pricePerMonth: price.amount } : { pricedWithin: price.within }) };
}
