import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { expect, it } from "vitest";
import { parseVulnerabilities } from "./load.js";
import { renderDebsecan, type TestFlaw } from "./testing/security-data.js";
import { flawsOf, type PackageVersion } from "./vulnerability.js";

/** Debian's own reader. */
const debsecan = "/usr/bin/debsecan";
const version = fc.constantFrom("1.0-1", "1.0-1+deb13u1", "1.0-1+deb13u2", "1:0.5-1", "1.0~rc1-1", "1.0-1+b1", "2");
const name = fc.constantFrom("alpha", "beta", "gamma", "delta");

/** Packages as dpkg's status file has them. */
function renderStatus(packages: readonly PackageVersion[]): string {
  return packages
    .map((each) =>
      [
        `Package: ${each.name}`,
        "Status: install ok installed",
        `Source: ${each.source} (${each.sourceVersion})`,
        `Version: ${each.version}`,
        "",
        "",
      ].join("\n"),
    )
    .join("");
}

it.skipIf(!existsSync(debsecan))("finds in debsecan's data what debsecan finds", async () => {
  const directory = await mkdtemp(join(tmpdir(), "allmende-debsecan-"));
  let served: Buffer = Buffer.alloc(0);
  const server = createServer((_, response) => response.end(served));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const places = { names: fc.uniqueArray(name, { minLength: 1 }), sources: fc.array(name, { minLength: 4 }) };
  const flaw = fc.record({
    source: name,
    fixedIn: fc.option(version, { nil: undefined }),
    alsoFixed: fc.uniqueArray(version, { maxLength: 3 }),
    urgency: fc.constantFrom("low" as const, "medium" as const, "high" as const),
  });
  try {
    await fc.assert(
      fc.asyncProperty(
        fc.array(flaw, { minLength: 1, maxLength: 12 }),
        fc.record(places),
        fc.array(version, { minLength: 8, maxLength: 8 }),
        async (drawn, { names, sources }, versions) => {
          const flaws = drawn.map((each, index): TestFlaw => ({ ...each, id: `CVE-2026-${1000 + index}` }));
          const packages = names.map((each, index) => ({
            name: each,
            version: versions[index] ?? "1",
            source: sources[index] ?? each,
            sourceVersion: versions[index + 4] ?? "1",
          }));
          served = renderDebsecan(flaws, { alpha: "alpha beta" });
          await writeFile(join(directory, "status"), renderStatus(packages));
          const args = ["--suite", "trixie", "--source", `http://127.0.0.1:${port}`, "--format", "simple"];
          const { stdout } = await promisify(execFile)(debsecan, [
            ...args,
            ...["--status", join(directory, "status"), "--config", join(directory, "none")],
            ...["--whitelist", join(directory, "none"), "--history", join(directory, "none")],
          ]);
          const data = parseVulnerabilities(served, "trixie");
          const found = packages.flatMap((each) => flawsOf(data, each).map(({ id }) => `${id} ${each.name}`));
          expect(found.sort()).toEqual(stdout.split("\n").filter(Boolean).sort());
        },
      ),
      { numRuns: 25 },
    );
  } finally {
    server.close();
    await rm(directory, { recursive: true });
  }
});
