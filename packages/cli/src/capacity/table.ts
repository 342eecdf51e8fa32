import { describeRam, renderRam } from "@allmende/model";
import type { Styles } from "../output/style.js";
import { renderTable } from "../output/table.js";
import { type CapacityRow, roomiest, type WhatIfRow } from "./rows.js";

/** The table of hosts, and below it where the largest service still fits. */
export function renderCapacity(rows: readonly CapacityRow[], style: Styles): string {
  const header = ["HOST", "SERVICES", "RAM", "RESERVE", "SOLD", "FREE", "FITS: NEW MEMBER", "FITS: MEMBER THERE"];
  const cells = rows.map((row) => [
    row.host,
    String(row.services),
    row.ramBytes === null ? "?" : `${describeRam(row.ramBytes)}${row.ramIs === "reported" ? " (reported)" : ""}`,
    describeRam(row.reserveBytes),
    describeRam(row.soldBytes),
    row.freeBytes === null
      ? "?"
      : row.freeBytes < 0
        ? style.red(describeRam(row.freeBytes))
        : describeRam(row.freeBytes),
    fits(row.largestBytes),
    row.largestOfResidentBytes === null ? "" : fits(row.largestOfResidentBytes),
  ]);
  const table = renderTable(header, cells, { style, right: header.slice(1) });
  return `${table}\n${[largestLine(rows), ...scheduledLines(rows), ...unknownLines(rows)].join("\n")}\n`;
}

/** The table of hosts that do not exist yet. */
export function renderWhatIf(rows: readonly WhatIfRow[], style: Styles): string {
  const header = [
    "WHAT IF",
    "RAM",
    "RESERVE",
    "MAY BE SOLD",
    "FITS",
    "FREE IN TOTAL",
    "A MONTH, NET",
    "A GIB",
    "WHERE",
  ];
  const cells = rows.flatMap((row) => {
    const own = [
      row.name,
      describeRam(row.ramBytes),
      describeRam(row.reserveBytes),
      describeRam(row.limitBytes),
      fits(row.largestBytes),
      describeRam(row.freeInTotalBytes),
    ];
    const groups = groupPrices(row);
    return groups.length === 0
      ? [[...own, "", "", ""]]
      : groups.map((price, index) => [...(index === 0 ? own : own.map(() => "")), ...price]);
  });
  return renderTable(header, cells, { style, right: header.slice(1, -1) });
}

/** Rounded down, and as it may be written into a service's file: what is shown must fit. */
function fits(bytes: number | null): string {
  if (bytes === null) return "?";
  const mib = 1024 ** 2;
  return bytes < mib ? "none" : renderRam(Math.floor(bytes / mib) * mib);
}

function largestLine(rows: readonly CapacityRow[]): string {
  const best = roomiest(rows);
  if (best === undefined) {
    const ofResident = (row: CapacityRow) => row.largestOfResidentBytes ?? 0;
    const [there] = rows.toSorted((one, other) => ofResident(other) - ofResident(one));
    return there === undefined || fits(ofResident(there)) === "none"
      ? "no host has room for another service"
      : `no host has room for a service of a new member; the largest of a member who is there: ${fits(ofResident(there))}, on ${there.host}`;
  }
  return `the largest service of a new member that still fits: ${fits(best.largestBytes)}, on ${best.host}`;
}

function scheduledLines(rows: readonly CapacityRow[]): string[] {
  return rows
    .filter(({ scheduled }) => scheduled.length > 0)
    .map(({ host, scheduled }) => {
      const days = scheduled.map(({ date, freeBytes }) => `${describeRam(freeBytes)} from ${date}`);
      return `free on ${host} with what was accepted for later, which what fits allows for: ${days.join(", ")}`;
    });
}

function unknownLines(rows: readonly CapacityRow[]): string[] {
  const unknown = rows.filter(({ ramIs }) => ramIs === "unknown").map(({ host }) => host);
  return unknown.length === 0
    ? []
    : [`the RAM of ${unknown.join(", ")} is not known: give "ram" in hosts.yaml, or bring the stack there once`];
}

/** Price, price of a GiB that may be sold, locations: one line per price. */
function groupPrices({ prices, currency }: WhatIfRow): string[][] {
  const places = new Map<number, string[]>();
  for (const { monthlyNet, location } of prices) places.set(monthlyNet, [...(places.get(monthlyNet) ?? []), location]);
  return [...places].map(([monthlyNet, locations]) => {
    const perGiB = prices.find((price) => price.monthlyNet === monthlyNet)?.netPerGiB ?? 0;
    return [money(monthlyNet, currency), money(perGiB, currency), locations.join(", ")];
  });
}

const money = (amount: number, currency: string | null) =>
  `${amount.toFixed(2)}${currency === null ? "" : ` ${currency}`}`;
