import Table from "cli-table3";
import { type Measurement, median, renderNumber, targetMet } from "./measure.js";

/** A table for people: median, extremes, target and whether it was met. */
export function renderTable(measurements: readonly Measurement[]): string {
  const table = new Table({
    head: ["what", "median", "min", "max", "n", "target", "met"],
    style: { head: [], border: [] },
  });
  for (const measurement of measurements) {
    const { name, unit, values, target } = measurement;
    const numbers =
      values.length === 0
        ? ["no figure", "", ""]
        : [`${renderNumber(median(values))} ${unit}`, ...[Math.min(...values), Math.max(...values)].map(renderNumber)];
    table.push([
      name,
      ...numbers,
      values.length,
      target ? `${target.operator} ${target.value}` : "",
      targetMet(measurement) ?? "",
    ]);
  }
  return table.toString();
}

/** The same for programs. */
export function renderJson(measurements: readonly Measurement[], takenAt: Date): string {
  const figures = measurements.map((measurement) => ({
    ...measurement,
    ...(measurement.values.length > 0 && { median: median(measurement.values) }),
    met: targetMet(measurement),
  }));
  const document = { takenAt: takenAt.toISOString(), node: process.version, measurements: figures };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
