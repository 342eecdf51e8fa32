import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { HetznerApi, Lab } from "@allmende/lab";
import { onTestFailed } from "vitest";
import type { HetznerStack } from "./hetzner-stack.js";
import { evidenceDirectory } from "./paths.js";

/** Keeps servers' consoles, their journals where a stack logs in to them, and the API's log when the current test fails, and names the folder. */
export function keepServersEvidence(lab: Lab, api: HetznerApi, stack?: HetznerStack): void {
  onTestFailed(async ({ task }) => {
    const directory = join(evidenceDirectory, task.name.replace(/[^a-z0-9]+/gi, "-").slice(0, 80));
    mkdirSync(directory, { recursive: true });
    await lab.copyEvidence(directory);
    for (const { name } of stack === undefined ? [] : api.servers()) {
      const journal = await stack?.on(name, "journalctl", "--boot", "--no-pager", "--output=short-precise");
      writeFileSync(join(directory, `${name}-journal.log`), journal?.stdout || journal?.stderr || "");
    }
    console.error(`evidence: ${directory}`);
  });
}
