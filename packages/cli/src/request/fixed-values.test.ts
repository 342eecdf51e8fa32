import { readFileSync } from "node:fs";
import { join } from "node:path";
import { catalogueDirectory } from "@allmende/requests";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { loadRequested, readRequested } from "./requested.js";
import { run } from "./testing/held-two.js";
import { memberInventory, writeInventoryFile } from "./testing/member-inventory.js";

const asked = "--member anna --service anna-db --host web1 --level basic --set ram=128MiB --lang en";

/** A catalogue of the inventory's own, in which the PostgreSQL template has this image. */
function presetImage(directory: string, image: string): void {
  const text = readFileSync(join(catalogueDirectory, "postgresql/template.yaml"), "utf8");
  const readme = readFileSync(join(catalogueDirectory, "postgresql/README.md"), "utf8");
  writeInventoryFile(
    directory,
    "templates/postgresql/template.yaml",
    text.replace(/default: docker.*/, `default: ${image}`),
  );
  writeInventoryFile(directory, "templates/postgresql/README.md", readme);
}

async function askFor(directory: string, words: string): Promise<{ file: string; [key: string]: unknown }> {
  const { out } = await run("request", "new", "-f", directory, ...words.split(" "), "--json");
  return JSON.parse(out);
}

const valuesIn = (file: string) => parse(readFileSync(file, "utf8")).values;

/** What `up` would bring to the host. */
function runningImage(directory: string): string | undefined {
  const { inputs } = loadRequested(readRequested(directory), Number.POSITIVE_INFINITY);
  return inputs.services.find(({ name }) => name === "anna-db")?.image;
}

const seventeen = "docker.io/library/postgres:17";
const eighteen = "docker.io/library/postgres:18";

it("writes what the template decides, so that a newer catalogue is for new requests", async () => {
  const directory = memberInventory();
  presetImage(directory, seventeen);
  const { file } = await askFor(directory, `postgresql ${asked}`);
  expect(valuesIn(file)).toEqual({ ram: "128MiB", image: seventeen });
  presetImage(directory, eighteen);
  expect(runningImage(directory)).toBe(seventeen);
  const more = await askFor(directory, "--change anna-db --set ram=192MiB");
  expect(valuesIn(more.file)).toEqual({ ram: "192MiB" });
  expect(runningImage(directory)).toBe(seventeen);
});

it("moves an existing request on by a change of it, and tells which are older", async () => {
  const directory = memberInventory();
  presetImage(directory, seventeen);
  const { file } = await askFor(directory, `postgresql ${asked}`);
  expect((await run("check", directory)).err).toBe("");
  presetImage(directory, eighteen);
  const { exitCode, err } = await run("check", directory);
  expect(exitCode).toBe(0);
  expect(err).toMatch(
    /^note: \S*requests\/\S+\.yaml:\d+:\d+: values\.image: \S+:17 is older than the default of postgresql/,
  );
  expect(err).toContain(`allmende request new --change anna-db --set image=${eighteen}`);
  const check = await run("request", "check", file, "-f", directory);
  expect(check.exitCode).toBe(0);
  expect(check.out).toContain(`\`${seventeen}\` is older than what the template has by now: \`${eighteen}\``);
  await askFor(directory, `--change anna-db --set image=${eighteen}`);
  expect(runningImage(directory)).toBe(eighteen);
  expect((await run("check", directory)).err).toBe("");
});

it("writes the default in the place of a value that is taken away", async () => {
  const directory = memberInventory();
  presetImage(directory, eighteen);
  await askFor(directory, `postgresql ${asked} --set image=${seventeen}`);
  const { file } = await askFor(directory, "--change anna-db --set image=");
  expect(valuesIn(file)).toEqual({ image: eighteen });
});

it("goes by the catalogue where a request holds no value, and says so", async () => {
  const directory = memberInventory();
  presetImage(directory, seventeen);
  const { file } = await askFor(directory, `postgresql ${asked}`);
  const older = readFileSync(file, "utf8").replace(/^ +image: .*\n/m, "");
  writeInventoryFile(directory, file.slice(directory.length), older);
  presetImage(directory, eighteen);
  expect(runningImage(directory)).toBe(eighteen);
  const { out } = await run("request", "check", file, "-f", directory);
  expect(out).toContain(`Defaults, not in the request: Image \`${eighteen}\``);
});

it("shows what a request holds, defaults together", async () => {
  const directory = memberInventory();
  presetImage(directory, seventeen);
  const { out } = await run("request", "new", "-f", directory, "postgresql", ...asked.split(" "));
  expect(out).toMatch(/Filled in: RAM `?128MiB`?\n/);
  expect(out).toMatch(/Defaults, kept as they are: Image `?docker\.io\/library\/postgres:17`?\n/);
});
