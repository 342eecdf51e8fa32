import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Lab } from "@allmende/lab";
import { fingerprintOf } from "@allmende/ssh";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { stringify } from "yaml";
import { generateStack } from "./support/generated-stack.js";
import { projectDirectory } from "./support/paths.js";
import { keepEvidence, testLab } from "./support/test-lab.js";
import { failuresOf, registry, runAllmende } from "./support/test-stack.js";

let lab: Lab;
let directory: string;

beforeAll(async () => {
  lab = await testLab();
});
beforeEach(() => keepEvidence(lab));
afterAll(async () => {
  if (directory !== undefined) await runAllmende(directory, ["destroy", "--yes"]);
});

const filesOf = (folder: string) => readdirSync(folder, { recursive: true, encoding: "utf8" }).map(String).sort();

test.each(["stack", "hetzner"])("the template %s becomes a stack without a placeholder", async (template) => {
  const generated = await generateStack(template, `coop-${template}`);
  expect(filesOf(generated)).toEqual(filesOf(join(projectDirectory, "templates", template)));
  for (const path of filesOf(generated).filter((each) => /\.(ya?ml|ts|json)$/.test(each))) {
    expect(readFileSync(join(generated, path), "utf8"), path).not.toMatch(/\$\{[A-Z]+\}/);
  }
  expect(readFileSync(join(generated, "Pulumi.yaml"), "utf8")).toMatch(
    /^name: coop-(stack|hetzner)\ndescription: Our hosts$/m,
  );
  const check = await runAllmende(generated, ["check"]);
  expect(check.text).toContain('"ok": true');
});

test("a stack of the template runs: a host is adopted, a member declared, and a service answers", async () => {
  directory = await generateStack("stack", "coop-stack");
  const host = lab.host("web1");
  const config = { "allmende:privateKeyFile": host.privateKeyPath };
  writeFileSync(join(directory, "Pulumi.coop.yaml"), stringify({ config }));
  const place = `${host.user}@${host.address}:${host.port}`;
  const confirmed = ["--fingerprint", fingerprintOf(host.hostKey), "--reserve", "384MiB", "--name", "web1"];
  const adopted = await runAllmende(place, ["host adopt", "-C", directory, ...confirmed]);
  expect(adopted.text).toContain('"ok": true');
  writeFileSync(join(directory, "inventory/members/gina.yaml"), "number: 1311\n");
  const service = { member: "gina", host: "web1", image: `${registry}/static-site:1`, ram: "32MiB" };
  const web = { ports: { web: "8071:8080" }, health: { http: "/", port: "web" } };
  writeFileSync(join(directory, "inventory/services/gina-site.yaml"), stringify({ ...service, ...web }));
  expect(failuresOf(await runAllmende(directory, ["up", "--yes"]))).toBe("");
  expect((await lab.fetch("web1", 8071, "/")).status).toBe(200);
  expect(existsSync(join(directory, ".state"))).toBe(true);
});
