import { mkdirSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { projectDirectory } from "../lab/support/paths.js";
import { benchChangeRoundTrips } from "./change-round-trips.js";
import { benchCloud } from "./cloud.js";
import { benchDrift } from "./drift.js";
import type { Measurement } from "./measure.js";
import { benchPatchOrder } from "./patch-order.js";
import { benchPlugin } from "./plugin.js";
import { benchPreview } from "./preview.js";
import { renderJson, renderTable } from "./report.js";
import { endBenchLab } from "./reserved-lab.js";
import { benchRoundTrips } from "./round-trips.js";

const sections: Readonly<Record<string, (say: (line: string) => void) => Promise<Measurement[]>>> = {
  plugin: benchPlugin,
  "patch-order": benchPatchOrder,
  preview: benchPreview,
  line: benchRoundTrips,
  "round-trips": benchChangeRoundTrips,
  drift: benchDrift,
  cloud: benchCloud,
};

/**
 * `pnpm bench [SECTION...]`: prints a table and writes test/.out/bench.json. Nothing here fails for being slow; a section that
 * could not be measured does not cost the others' figures, but the exit code says so.
 */
async function main(names: readonly string[]): Promise<void> {
  const unknown = names.find((name) => !Object.hasOwn(sections, name));
  if (unknown !== undefined)
    throw new Error(`there is no section ${unknown}; there are: ${Object.keys(sections).join(", ")}`);
  const measurements: Measurement[] = [];
  const started = performance.now();
  const say = (line: string) =>
    console.error(`[${Math.round((performance.now() - started) / 1000)} s, load ${loadavg()[0]?.toFixed(1)}] ${line}`);
  for (const name of names.length > 0 ? names : Object.keys(sections)) {
    say(`section ${name}`);
    try {
      measurements.push(...((await sections[name]?.(say)) ?? []));
    } catch (error) {
      process.exitCode = 1;
      const note = error instanceof Error ? (error.stack ?? error.message) : String(error);
      measurements.push({ name: `section ${name}`, unit: "s", values: [], note });
      say(note);
    }
  }
  const directory = join(projectDirectory, "test", ".out");
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "bench.json"), renderJson(measurements, new Date()));
  console.log(renderTable(measurements));
  for (const { name, note } of measurements) if (note) console.log(`${name}: ${note}`);
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    endBenchLab().finally(() => process.exit(130));
  });
}
await main(process.argv.slice(2));
