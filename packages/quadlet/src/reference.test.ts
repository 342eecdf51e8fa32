import { expect, test } from "vitest";
import { renderOption } from "./option.js";
import { parsePodmanVersion } from "./podman-version.js";
import { renderReference, sections } from "./reference.js";

// After a change of a table: npx vitest run --config test/vitest.config.ts --project unit packages/quadlet --update
test("README.md is what the tables say", async () => {
  await expect(renderReference()).toMatchFileSnapshot("../README.md");
});

const rows = Object.entries(sections).flatMap(([section, table]) =>
  Object.entries(table).map(([property, row]) => ({ section, property, row })),
);

test.each(rows)("[$section] $property: its example can be written for every supported Podman", ({ section, row }) => {
  for (const version of ["5.4.2", "5.5.0", "5.8.0"]) {
    const lines = renderOption(row, row.example, section, parsePodmanVersion(version));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toMatch(/^[A-Z][A-Za-z0-9]*=[^\n\r\0]+$/);
  }
});

test("no row can express privileged mode or a namespace of the host", () => {
  const keys = rows.map(({ row }) => row.key);
  expect(keys).not.toContain("UserNS");
  expect(keys).not.toContain("GlobalArgs");
  const raw = rows.filter(({ row }) => row.key === "PodmanArgs").map(({ property }) => property);
  expect(raw).toEqual(["authFile", "memorySwapBytes"]);
});
