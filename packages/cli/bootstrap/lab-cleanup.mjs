// Ends labs by name: `node lab-cleanup.mjs EVIDENCE NAME...` (EVIDENCE: a folder for their logs, or `-`).
// A process of its own, so that whoever started the tests needs nothing that is built.
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "./processes.mjs";
import { cacheDirectory } from "./tools.mjs";

const script = fileURLToPath(import.meta.url);
const timeoutMs = 5 * 60_000;

/** Names of the labs that have state on this machine. */
export function listLabs() {
  const directory = join(cacheDirectory(), "labs");
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map((entry) => entry.name);
}

/**
 * Ends these labs, whatever state they are in; says what could not be ended instead of throwing.
 * @param {readonly string[]} names
 * @param {string | undefined} evidence folder that their journals and console logs go to first
 */
export async function endLabs(names, evidence) {
  if (names.length === 0) return;
  try {
    await run(process.execPath, [script, evidence ?? "-", ...names], { timeoutMs, afterInterrupt: true });
    console.log(`Ended what the tests had started: lab ${names.join(", ")}.`);
  } catch (error) {
    console.error(`Lab ${names.join(", ")} may still run (npm run allmende -- lab down ends it): ${error}`);
  }
}

if (process.argv[1] === script) {
  const [evidence = "-", ...names] = process.argv.slice(2);
  const { Lab } = await import("@allmende/lab");
  for (const name of names) {
    const lab = await Lab.attach(name, cacheDirectory());
    if (evidence !== "-") {
      const directory = join(evidence, `lab-${name}`);
      mkdirSync(directory, { recursive: true });
      await lab.copyEvidence(directory);
    }
    await lab.down();
  }
}
