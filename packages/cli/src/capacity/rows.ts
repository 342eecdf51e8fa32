import { capacityOf } from "@allmende/model";
import type { ServerType } from "../hetzner/server-types.js";
import type { CapacityHost, RamOrigin } from "./declared.js";

/** A row of `capacity`, and the stable shape of its `--json`. Bytes; null where the host's RAM is not known. */
export interface CapacityRow {
  readonly host: string;
  readonly services: number;
  readonly ramBytes: number | null;
  readonly ramIs: RamOrigin;
  readonly reserveBytes: number;
  readonly soldBytes: number;
  /** Negative: more is sold than there is. */
  readonly freeBytes: number | null;
  /** What is free from days on which accepted requests change it, the earliest first. Empty: nothing is scheduled there. */
  readonly scheduled: readonly { readonly date: string; readonly freeBytes: number }[];
  /** The largest service that still fits, now and beside what is scheduled, of a member without one there. 0: none. */
  readonly largestBytes: number | null;
  /** Of a member who has a service there. Null: there is none. */
  readonly largestOfResidentBytes: number | null;
}

/** A host that does not exist yet. */
export interface WhatIfRow {
  readonly name: string;
  readonly ramBytes: number;
  readonly reserveBytes: number;
  /** RAM minus reserve. */
  readonly limitBytes: number;
  readonly largestBytes: number;
  /** Free on all hosts together, this one included. */
  readonly freeInTotalBytes: number;
  /** Of a server type; by location. */
  readonly prices: readonly (ServerType["prices"][number] & { readonly netPerGiB: number })[];
  readonly currency: string | null;
}

/** What a new host would be: a size, or a server type with its prices. */
export type WhatIf = Pick<ServerType, "name" | "ramBytes"> & Partial<Pick<ServerType, "prices" | "currency">>;

export function capacityRow({ inventory, ramIs, later }: CapacityHost): CapacityRow {
  const { host, services } = inventory;
  const { soldBytes, freeBytes, largestBytes, largestOfResidentBytes } = capacityOf(inventory);
  const then = later.map((each) => ({ date: each.date, ...capacityOf(each.inventory) }));
  // A service has to fit on each day.
  const least = (now: number | undefined, ...others: readonly (number | undefined)[]) =>
    now === undefined ? null : Math.min(now, ...others.flatMap((bytes) => bytes ?? []));
  return {
    host: host.name,
    services: services.length,
    ramBytes: host.ramBytes ?? null,
    ramIs,
    reserveBytes: host.reserveBytes,
    soldBytes,
    freeBytes: freeBytes ?? null,
    scheduled: changesOf(freeBytes, then),
    largestBytes: least(largestBytes, ...then.map((each) => each.largestBytes)),
    largestOfResidentBytes: least(largestOfResidentBytes, ...then.map((each) => each.largestOfResidentBytes)),
  };
}

/** Days on which something comes into effect on another host say nothing here. */
function changesOf(
  now: number | undefined,
  then: readonly { readonly date: string; readonly freeBytes?: number | undefined }[],
): CapacityRow["scheduled"] {
  let before = now;
  return then.flatMap(({ date, freeBytes }) => {
    if (freeBytes === undefined || freeBytes === before) return [];
    before = freeBytes;
    return [{ date, freeBytes }];
  });
}

const gib = 1024 ** 3;

/** What a host more would bring. */
export function whatIfRow(
  { name, ramBytes, prices = [], currency }: WhatIf,
  reserveBytes: number,
  rows: readonly CapacityRow[],
): WhatIfRow {
  const limitBytes = Math.max(0, ramBytes - reserveBytes);
  const host = { name, connection: nowhere, ramBytes: reserveBytes + limitBytes, reserveBytes };
  const { largestBytes } = capacityOf({ host, members: [], services: [] });
  return {
    name,
    ramBytes,
    reserveBytes,
    limitBytes,
    largestBytes: largestBytes ?? 0,
    freeInTotalBytes: rows.reduce((sum, { freeBytes }) => sum + (freeBytes ?? 0), limitBytes),
    prices: prices.map((price) => ({
      ...price,
      netPerGiB: limitBytes > 0 ? price.monthlyNet / (limitBytes / gib) : 0,
    })),
    currency: currency ?? null,
  };
}

/** Admission does not look at how a host is reached. */
const nowhere = { address: "", port: 22, user: "root", hostKeys: [] };

/** The host with room for the largest service; undefined when none has room for any. */
export function roomiest(rows: readonly CapacityRow[]): CapacityRow | undefined {
  const [first] = [...rows].sort((one, other) => (other.largestBytes ?? 0) - (one.largestBytes ?? 0));
  return (first?.largestBytes ?? 0) > 0 ? first : undefined;
}
