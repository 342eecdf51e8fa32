import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hostSuite } from "./debian.js";

/** A package archive without packages, for hosts that have all they need: apt reads it, and nothing is pending. */
export async function makeEmptyMirror(directory: string): Promise<void> {
  const suite = join(directory, "debian", "dists", hostSuite);
  const index = "main/binary-amd64/Packages";
  await mkdir(join(suite, index, ".."), { recursive: true });
  await writeFile(join(suite, index), "");
  await writeFile(join(suite, "Release"), renderRelease(index));
}

function renderRelease(index: string): string {
  const sum = createHash("sha256").update("").digest("hex");
  return [
    `Suite: ${hostSuite}`,
    `Codename: ${hostSuite}`,
    "Architectures: amd64",
    "Components: main",
    `Date: ${new Date().toUTCString()}`,
    "SHA256:",
    ` ${sum} 0 ${index}`,
    "",
  ].join("\n");
}
