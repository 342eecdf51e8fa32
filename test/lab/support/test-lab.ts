import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Lab } from "@allmende/lab";
import { onTestFailed } from "vitest";
import { evidenceDirectory } from "./paths.js";

const name = process.env["ALLMENDE_TEST_LAB"] ?? "test";

/** The lab that all tests share: two hosts, started when it is not running, left running for the next file. */
export async function testLab(): Promise<Lab> {
  // Another lab, so that two people test on one machine, takes the next free number.
  return await Lab.start({ name, ...(name === "test" && { number: 1 }), hosts: [{ name: "web1" }, { name: "web2" }] });
}

/** Keeps the hosts' journals and console logs when the current test fails, and names the folder. */
export function keepEvidence(lab: Lab): void {
  onTestFailed(async ({ task }) => {
    const directory = join(evidenceDirectory, task.name.replace(/[^a-z0-9]+/gi, "-").slice(0, 80));
    mkdirSync(directory, { recursive: true });
    await lab.copyEvidence(directory);
    console.error(`evidence: ${directory}`);
  });
}

/** Awaits `condition`, looking again every half second; rejects with `what` when it does not hold in time. */
export async function until(what: string, condition: () => Promise<boolean>, timeoutMs = 120_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    if (await condition()) return;
    if (Date.now() > deadline) throw new Error(`not within ${timeoutMs / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
