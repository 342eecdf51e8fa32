import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectDirectory } from "../lab/support/paths.js";
import { benchDrift } from "./drift.js";
import type { Measurement } from "./measure.js";
import { benchPlugin } from "./plugin.js";
import { benchPreview } from "./preview.js";
import { renderTable } from "./report.js";
import { benchRoundTrips } from "./round-trips.js";

const sections: Readonly<Record<string, (say: (line: string) => void) => Promise<Measurement[]>>> = {
  plugin: benchPlugin,
  preview: benchPreview,
  "round-trips": benchRoundTrips,
  drift: benchDrift,
};

/** `pnpm bench [SECTION...]`: prints a table and writes test/.out/bench.json. Nothing here fails for being slow. */
async function main(names: readonly string[]): Promise<void> {
  const chosen = names.length > 0 ? names : Object.keys(sections);
  const measurements: Measurement[] = [];
  const started = performance.now();
  const say = (line: string) => console.error(`[${Math.round((performance.now() - started) / 1000)} s] ${line}`);
  for (const name of chosen) {
    const section = sections[name];
    if (!section) throw new Error(`there is no section ${name}; there are: ${Object.keys(sections).join(", ")}`);
    say(`section ${name}`);
    measurements.push(...(await section(say)));
  }
  const directory = join(projectDirectory, "test", ".out");
  mkdirSync(directory, { recursive: true });
  writeFileSync(
    join(directory, "bench.json"),
    `${JSON.stringify({ takenAt: new Date().toISOString(), node: process.version, measurements }, undefined, 2)}\n`,
  );
  console.log(renderTable(measurements));
  for (const { name, note } of measurements) if (note) console.log(`${name}: ${note}`);
}

await main(process.argv.slice(2));
