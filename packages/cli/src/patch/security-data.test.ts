import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { recordingContext } from "../testing.js";
import { readAdvisories, readVulnerabilities } from "./security-data.js";

test("security data is read where it is given, and refused where it is none", async () => {
  const directory = await mkdtemp(join(tmpdir(), "allmende-data-"));
  const path = (name: string) => join(directory, name);
  const context = recordingContext();
  try {
    const states = { trixie: { status: "resolved", fixed_version: "2-1", urgency: "low" } };
    await writeFile(path("data.json"), JSON.stringify({ alpha: { "CVE-2026-1": { releases: states } } }));
    await writeFile(path("list"), "[02 Nov 2026] DSA-1-1 alpha - update\n\t{CVE-2026-1}\n\t[trixie] - alpha 2-1\n");
    const data = await readVulnerabilities(context, path("data.json"));
    expect(data).toMatchObject({ format: "tracker", release: "trixie", dated: { dateIs: "file" } });
    expect(data?.packages.get("alpha")).toMatchObject([{ id: "CVE-2026-1", fixedIn: "2-1" }]);
    expect([...((await readAdvisories(context, path("list")))?.advisories.values() ?? [])]).toEqual([
      { id: "DSA-1-1", date: "2026-11-02" },
    ]);
    expect(await readVulnerabilities(context, undefined)).toBeUndefined();
    await expect(readAdvisories(context, path("data.json"))).rejects.toMatchObject({ code: "bad-vulnerabilities" });
    await expect(readVulnerabilities(context, path("none"))).rejects.toMatchObject({ code: "no-vulnerabilities" });
  } finally {
    await rm(directory, { recursive: true });
  }
});
