import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { recordingContext } from "../testing.js";
import { commonRelease, readAdvisories, readVulnerabilities } from "./security-data.js";

test("security data is read where it is given, and refused where it is none", async () => {
  const directory = await mkdtemp(join(tmpdir(), "allmende-data-"));
  const path = (name: string) => join(directory, name);
  const context = recordingContext();
  try {
    const states = { trixie: { status: "resolved", fixed_version: "2-1", urgency: "low" } };
    await writeFile(path("data.json"), JSON.stringify({ alpha: { "CVE-2026-1": { releases: states } } }));
    await writeFile(path("list"), "[02 Nov 2026] DSA-1-1 alpha - update\n\t{CVE-2026-1}\n\t[trixie] - alpha 2-1\n");
    const data = await readVulnerabilities(context, path("data.json"), "trixie");
    expect(data).toMatchObject({ format: "tracker", release: "trixie", dated: { dateIs: "file" } });
    expect(data?.packages.get("alpha")).toMatchObject([{ id: "CVE-2026-1", fixedIn: "2-1" }]);
    expect([...((await readAdvisories(context, path("list"), "trixie"))?.advisories.values() ?? [])]).toEqual([
      { id: "DSA-1-1", date: "2026-11-02" },
    ]);
    expect(await readVulnerabilities(context, undefined, "trixie")).toBeUndefined();
    await expect(readAdvisories(context, path("data.json"), "trixie")).rejects.toMatchObject({
      code: "bad-vulnerabilities",
    });
    await expect(readVulnerabilities(context, path("none"), "trixie")).rejects.toMatchObject({
      code: "no-vulnerabilities",
    });
  } finally {
    await rm(directory, { recursive: true });
  }
});

test("data is read for the release that most hosts have; hosts that do not say count for none", () => {
  expect(commonRelease(["trixie", "", "forky", "forky"])).toBe("forky");
  expect(commonRelease(["", ""])).toBeUndefined();
});
