import type { Lab } from "@allmende/lab";
import { parseServiceFile, replaceSecretReferences } from "@allmende/model";
import { compileService, parsePodmanVersion } from "@allmende/quadlet";
import { type FieldValue, planTemplate } from "@allmende/requests";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test } from "vitest";
import { catalogue } from "../unit/templates/catalogue-files.js";
import { type HostileRequest, hostileRequest, planHostile, twinOf } from "../unit/templates/hostile-requests.js";
import { type GeneratorHost, generate, valuesOf } from "./quadlet/generator.js";
import { parseCommandLine } from "./quadlet/systemd-command.js";
import { keepEvidence, testLab } from "./support/test-lab.js";
import { failuresOf, registry, TestStack } from "./support/test-stack.js";

let lab: Lab;
let stack: TestStack;

const password = "not-very-secret-7";

/** What a member fills in, with the lab's images for the official ones. */
const requests: Readonly<Record<string, Readonly<Record<string, FieldValue>>>> = {
  "static-site": { image: `${registry}/static-site:1`, port: 8080, ram: "32MiB" },
  container: { image: `${registry}/app:1`, port: 8081, ram: "48MiB" },
  python: { image: `${registry}/python-app:1`, port: 8082, ram: "128MiB" },
  postgresql: { image: `${registry}/postgres:17`, ram: "192MiB" },
  redis: { image: `${registry}/redis:8`, ram: "48MiB" },
};

beforeAll(async () => {
  lab = await testLab();
  stack = new TestStack("templates", lab);
  stack.member("tina", { number: 1500 });
});

beforeEach(() => keepEvidence(lab));
afterAll(async () => await stack?.destroy());

describe("services of templates", () => {
  test("become healthy", async () => {
    for (const [name, values] of Object.entries(requests)) {
      const template = catalogue().find((each) => each.name === name);
      if (template === undefined) throw new Error(`no template ${name}`);
      const plan = planTemplate(template, values, { member: "tina", host: "web1", name: `tina-${name}` });
      if (!plan.ok) throw new Error(JSON.stringify(plan.findings));
      for (const [service, input] of Object.entries(plan.value.services))
        stack.service(service, { ...replaceSecretReferences(input, () => password), deleteData: true });
    }
    expect(failuresOf(await stack.up())).toBe("");
  });

  test("answer", async () => {
    expect((await lab.fetch("web1", 8080, "/")).body).toContain("static-site");
    expect((await lab.fetch("web1", 8081, "/healthz")).body).toBe("ok\n");
    expect((await lab.fetch("web1", 8082, "/")).body).toBe("from gunicorn\n");
  });
});

const context = { podman: parsePodmanVersion("5.4.2"), secretsDirectory: "/etc/allmende/secrets/x", memberNumber: 1 };

function unitsOf(services: Readonly<Record<string, unknown>>): [string, string][] {
  return Object.entries(services).flatMap(([name, input]) => {
    const parsed = parseServiceFile(input, name);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.findings));
    // Networks are one file for several services: none is needed to read a container's own.
    return compileService({ ...parsed.value, networks: [] }, context).map(
      ({ name: file, text }) => [file, text] as const,
    ) as [string, string][];
  });
}

/** 100 hostile requests that were accepted, each with a name of its own. */
function accepted(): { request: HostileRequest; name: string; services: Readonly<Record<string, unknown>> }[] {
  const seed = Number(process.env["ALLMENDE_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
  onTestFailed(() => console.error(`the values were those of ALLMENDE_SEED=${seed}`));
  const all = fc.sample(hostileRequest, { numRuns: 5000, seed }).flatMap((request, index) => {
    const name = `case-${index}`;
    const plan = planHostile(request, name);
    const isText = request.field.type === "text" && typeof request.value === "string" && request.value !== "";
    return plan.ok ? [{ request, name, services: plan.value.services, isText }] : [];
  });
  // Text can hold the most: it comes first.
  return all.sort((one, other) => Number(other.isText) - Number(one.isText)).slice(0, 100);
}

function argvOf(unit: string | undefined): string[] {
  const [line = ""] = valuesOf(unit ?? "", "Service", "ExecStart");
  // The generator writes some options in another order every time.
  return parseCommandLine(line, { ALLMENDE_EMPTY: "" }).sort();
}

test("100 hostile values mean to Podman's generator what they say", async () => {
  const host: GeneratorHost = { run: (argv, options) => lab.run("web1", argv, options) };
  const cases = accepted();
  expect(cases).toHaveLength(100);
  const real = await generate(host, new Map(cases.flatMap(({ services }) => unitsOf(services))));
  const harmless = await generate(
    host,
    new Map(cases.flatMap(({ request, name }) => unitsOf(twinOf(request, name).plan.services))),
  );
  expect([...real.complaints, ...harmless.complaints]).toEqual([]);
  for (const { request, services } of cases) {
    for (const service of Object.keys(services)) {
      const [own, twin] = [
        argvOf(real.units.get(`${service}.service`)),
        argvOf(harmless.units.get(`${service}.service`)),
      ];
      const added = own.filter((word) => !twin.includes(word));
      for (const word of added.filter(() => request.field.type === "text"))
        expect(word.slice(word.indexOf("=") + 1), JSON.stringify(request.value)).toBe(request.value);
      if (request.field.type === "text") expect(own).toHaveLength(twin.length);
    }
  }
});
