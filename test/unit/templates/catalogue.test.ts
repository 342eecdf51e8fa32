import { loadInventory, renderFinding, type ServiceSpec, secretReferences } from "@allmende/model";
import { compileService, oldestPodman } from "@allmende/quadlet";
import { loadCatalogue, sampleValues } from "@allmende/requests";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { catalogue, catalogueFiles, planned } from "./catalogue-files.js";

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFLaABh3Oo97Dc7nNUQUz0xIfUJXB18IfWIE7EOSrq4e";
const templates = catalogue();

/** The services as an inventory of real files reads them. */
function readBack(services: Readonly<Record<string, unknown>>): readonly ServiceSpec[] {
  const files = Object.entries(services).map(
    ([name, service]) => [`services/${name}.yaml`, stringify(service)] as const,
  );
  const loaded = loadInventory(
    new Map([
      ["hosts.yaml", `web1: { address: web1.test, hostKey: ${key}, ram: 64GiB, reserve: 1GiB }\n`],
      ["members/anna.yaml", "number: 1042\n"],
      ...files,
    ]),
  );
  if (!loaded.ok) throw new Error(loaded.findings.map(renderFinding).join("\n"));
  expect(Object.fromEntries(loaded.value.inputs.services.map(({ name, ...rest }) => [name, rest]))).toEqual(services);
  return loaded.value.services;
}

it("has what members ask for", () => {
  expect(templates.map(({ name }) => name)).toEqual([
    ...["container", "forgejo", "jupyter", "mariadb", "nextcloud", "nodejs", "php", "postgresql", "python", "redis"],
    ...["static-site", "wordpress"],
  ]);
});

describe.each(templates.map((template) => [template.name, template] as const))("%s", (_, template) => {
  const plan = planned(template, sampleValues(template));

  it("becomes files that an inventory accepts, and units", () => {
    for (const service of readBack(plan.services)) {
      const context = { podman: oldestPodman, secretsDirectory: "/etc/allmende/secrets/x", memberNumber: 1042 };
      const [unit] = compileService(service, context);
      expect(unit?.text).toContain(`Image=${service.image}\n`);
      expect(service.health, `${service.name} has no health check`).toBeDefined();
    }
  });

  it("names only secrets that are its own, and says how each comes about", () => {
    const named = Object.values(plan.services).flatMap((service) =>
      secretReferences(service).map(({ config }) => config),
    );
    const known = [...plan.generatedSecrets, ...plan.givenSecrets].map(({ name }) => name);
    expect([...new Set(named)].sort()).toEqual([...known].sort());
    for (const name of known) expect(name).toMatch(/^anna\.anna-thing\.[A-Za-z]+$/);
  });

  it("runs with the least RAM that it names", () => {
    const least = template.fields.map((field) => [
      field.name,
      field.type === "size" ? `${field.minimumBytes / 1024}KiB` : undefined,
    ]);
    const values = {
      ...sampleValues(template),
      ...Object.fromEntries(least.filter(([, value]) => value !== undefined)),
    };
    expect(planned(template, values).ramBytes).toBe(template.ram.minimumBytes);
    expect(template.ram.recommendedBytes).toBeGreaterThanOrEqual(template.ram.minimumBytes);
  });
});

it("tells members what they log in with, and nothing that is internal", () => {
  const told = templates.flatMap((template) =>
    planned(template, sampleValues(template))
      .generatedSecrets.filter(({ tell }) => tell !== undefined)
      .map(({ name }) => `${template.name}: ${name.split(".").at(-1)}`),
  );
  expect(told.sort()).toEqual([
    "jupyter: token",
    "mariadb: password",
    "nextcloud: adminPassword",
    "postgresql: password",
    "redis: password",
  ]);
});

it("gives an application and its database one password, a network, and an order", () => {
  const wordpress = templates.find(({ name }) => name === "wordpress");
  if (wordpress === undefined) throw new Error("no wordpress");
  const { services, generatedSecrets } = planned(wordpress, { domain: "blog.example.org", port: 8081 }, "anna-blog");
  expect(services).toMatchObject({
    "anna-blog": {
      environment: { SITE_DOMAIN: "blog.example.org", WORDPRESS_DB_HOST: "anna-blog-database" },
      secrets: { WORDPRESS_DB_PASSWORD: { config: "anna.anna-blog.databasePassword" } },
      ports: { web: { host: 8081, container: 80 } },
      networks: ["anna-blog"],
      after: ["anna-blog-database"],
    },
    "anna-blog-database": {
      secrets: { MARIADB_PASSWORD: { config: "anna.anna-blog.databasePassword" } },
      networks: ["anna-blog"],
    },
  });
  expect(services["anna-blog-database"]?.ports).toBeUndefined();
  expect(generatedSecrets).toEqual([
    { service: "anna-blog", name: "anna.anna-blog.databasePassword", lengthBytes: 32, tell: undefined },
    { service: "anna-blog-database", name: "anna.anna-blog.rootPassword", lengthBytes: 32, tell: undefined },
  ]);
  const shop = readBack(services).find(({ name }) => name === "anna-blog");
  const [unit] = compileService(shop as ServiceSpec, {
    podman: oldestPodman,
    secretsDirectory: "/etc/allmende/secrets/x",
    memberNumber: 1042,
  });
  expect(unit?.text).toContain("After=anna-blog-database.service\n");
});

it("names the versions of which the README says why", () => {
  const readme = catalogueFiles().find(({ path }) => path === "README.md")?.text ?? "";
  const rows = [...(readme.split("## Which versions")[1]?.matchAll(/^\| ([a-z]+) +\| (\d+)/gm) ?? [])];
  expect(rows.map(([, name]) => name)).toEqual(["nextcloud", "wordpress", "forgejo", "redis"]);
  for (const [, name, version] of rows) {
    const template = templates.find((each) => each.name === name);
    const image = template?.fields.find((field) => field.name === "image");
    expect(image).toMatchObject({ default: expect.stringMatching(new RegExp(`:${version}(-|$)`)) });
  }
});

it("leaves out what an empty field would fill", () => {
  const container = templates.find(({ name }) => name === "container");
  if (container === undefined) throw new Error("no container");
  const values = { image: "docker.io/library/caddy:2", port: 8080 };
  expect(planned(container, values).services["anna-thing"]).not.toHaveProperty("secrets");
  expect(planned(container, { ...values, secret: true })).toMatchObject({
    services: { "anna-thing": { secrets: { SECRET: { config: "anna.anna-thing.secret" } } } },
    givenSecrets: [{ service: "anna-thing", name: "anna.anna-thing.secret", field: "secret" }],
  });
});

it("says what is wrong with a folder", () => {
  const files = catalogueFiles().filter(({ path }) => !path.startsWith("redis/README"));
  const said = (more: { path: string; text: string }[]) =>
    loadCatalogue([...files, ...more]).findings.map(renderFinding);
  expect(said([])).toEqual([expect.stringContaining("redis/README.md:1:1: is missing")]);
  expect(said([{ path: "redis/README.md", text: "## English\n" }])).toEqual([
    expect.stringContaining('redis/README.md:1:1: has no section "## Deutsch"'),
  ]);
  const readme = { path: "redis/README.md", text: "## Deutsch\n## English\n" };
  expect(said([readme])).toEqual([]);
  expect(said([readme, { path: "wiki/README.md", text: "" }])).toEqual([
    expect.stringContaining("wiki/template.yaml:1:1: is missing"),
  ]);
  expect(said([readme, { path: "wiki.yaml", text: "" }])).toEqual([
    expect.stringContaining("wiki.yaml:1:1: would be overlooked"),
  ]);
  expect(said([readme, { path: "Wiki/template.yaml", text: "" }])).toEqual([
    expect.stringContaining("Wiki/template.yaml:1:1: the folder's name"),
  ]);
});
