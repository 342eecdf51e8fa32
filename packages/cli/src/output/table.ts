import Table from "cli-table3";
import type { Styles } from "./style.js";

/** A table for people: a header line, aligned columns, no frame. `right` names columns of numbers. */
export function renderTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  options: { style: Styles; right?: readonly string[] },
): string {
  const table = new Table({
    head: header.map(options.style.bold),
    colAligns: header.map((name) => (options.right?.includes(name) ? "right" : "left")),
    style: { head: [], border: [], "padding-left": 0, "padding-right": 2 },
    chars: Object.fromEntries(
      [
        "top",
        "top-mid",
        "top-left",
        "top-right",
        "bottom",
        "bottom-mid",
        "bottom-left",
        "bottom-right",
        "left",
        "left-mid",
        "mid",
        "mid-mid",
        "right",
        "right-mid",
        "middle",
      ].map((name) => [name, ""]),
    ),
  });
  table.push(...rows.map((row) => [...row]));
  return `${table.toString().replace(/[ ]+$/gm, "")}\n`;
}

/** `3m`, `2h 5m`, `4d 3h`: how long something has been running, to two units. */
export function renderUptime(seconds: number): string {
  const units: readonly (readonly [string, number])[] = [
    ["d", 86_400],
    ["h", 3600],
    ["m", 60],
    ["s", 1],
  ];
  const first = units.findIndex(([, size]) => seconds >= size);
  if (first < 0) return "0s";
  let rest = Math.floor(seconds);
  const parts = units.slice(first, first + 2).map(([name, size]) => {
    const count = Math.floor(rest / size);
    rest %= size;
    return count > 0 ? `${count}${name}` : "";
  });
  return parts.filter((part) => part !== "").join(" ");
}

/** Bytes of RAM in use as MiB, rounded: what is in use is never exact. */
export function renderUsed(bytes: number | undefined): string {
  if (bytes === undefined) return "?";
  const mib = bytes / (1024 * 1024);
  return mib > 0 && mib < 1 ? "<1" : String(Math.round(mib));
}
