import Table from "cli-table3";
import { type Measurement, median, renderNumber } from "./measure.js";

/** A table for people: median, extremes, target and whether it was met. */
export function renderTable(measurements: readonly Measurement[]): string {
  const table = new Table({
    head: ["what", "median", "min", "max", "n", "target", "met"],
    style: { head: [], border: [] },
  });
  for (const { name, unit, values, target } of measurements) {
    const middle = median(values);
    table.push([
      name,
      `${renderNumber(middle)} ${unit}`,
      renderNumber(Math.min(...values)),
      renderNumber(Math.max(...values)),
      values.length,
      target ? `${target.operator} ${target.value}` : "",
      target ? (isMet(target, middle) ? "yes" : "no") : "",
    ]);
  }
  return table.toString();
}

function isMet(target: NonNullable<Measurement["target"]>, value: number): boolean {
  return target.operator === "<=" ? value <= target.value : value >= target.value;
}
