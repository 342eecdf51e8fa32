import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Lab } from "@allmende/lab";
import { onTestFailed } from "vitest";
import { evidenceDirectory } from "./paths.js";

const worker = Number(process.env["VITEST_POOL_ID"] ?? 1);
const ownName = process.env["ALLMENDE_TEST_LAB"];

/** The lab that all tests of a worker share: two hosts, started when it is not running, left running for the next file. */
export async function testLab(): Promise<Lab> {
  const hosts = [{ name: "web1" }, { name: "web2" }];
  const suffix = worker === 1 ? "" : String(worker);
  // Another lab, so that two people test on one machine, takes the next free number.
  return ownName === undefined
    ? await Lab.start({ name: `test${suffix}`, number: worker === 1 ? 1 : 10 + worker, hosts })
    : await Lab.start({ name: `${ownName}${suffix}`, hosts });
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
