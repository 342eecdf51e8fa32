import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadInventory, renderFinding } from "@allmende/model";
import { expect, test } from "vitest";
import { projectDirectory } from "../paths.js";

const hostKey = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${"A".repeat(43)}`;
const hosts = ["test", "production"]
  .map(
    (stage) =>
      `${stage}: { address: ${stage}.test, hostKey: "${hostKey}", reserve: 512MiB, labels: { stage: ${stage} } }\n`,
  )
  .join("");
const calendar =
  "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nBEGIN:VEVENT\nUID:1\nDTSTART;VALUE=DATE:20261203\nEND:VEVENT\nEND:VCALENDAR\n";

const read = (path: string) => readFileSync(join(projectDirectory, path), "utf8");
const inReadme = (path: string) =>
  /```yaml\n(# (?:inventory\/)?windows\.yaml\n[\s\S]*?)```/.exec(read(path))?.[1] ?? "";
const template = read("templates/stack/inventory/windows.yaml");
const uncommented = template
  .split("\n")
  .filter((line) => /^# {0,3}[\w-]+: *\S|^# [\w-]+:$/.test(line))
  .map((line) => line.slice(2))
  .join("\n");

test.each([
  ["README.md", inReadme("README.md"), 1],
  ["packages/model/README.md", inReadme("packages/model/README.md"), 1],
  ["stacks/lab/inventory/windows.yaml", read("stacks/lab/inventory/windows.yaml"), 2],
  ["templates/stack/inventory/windows.yaml as it is", template, 0],
  ["templates/stack/inventory/windows.yaml without its comment signs", uncommented, 1],
])("the example in %s is right", (_, text, count) => {
  const files = { "hosts.yaml": hosts, "windows.yaml": text, "blackouts/assembly.ics": calendar };
  const loaded = loadInventory(new Map(Object.entries(files)));
  expect(loaded.ok ? [] : loaded.findings.map(renderFinding)).toEqual([]);
  expect(loaded.ok && loaded.value.windows).toHaveLength(count);
});
