import { renderFinding } from "@allmende/model";
import { describe, expect, it } from "vitest";
import { parseTemplate } from "./parse-template.js";
import { planTemplate } from "./plan-template.js";

const file = "wiki/template.yaml";
const placement = { member: "anna", host: "web1", name: "anna-wiki" };
const good = `title: { de: Wiki, en: Wiki }
help: { de: Ein Wiki., en: A wiki. }
fields:
  image:
    type: image
    label: { de: Image, en: Image }
    help: { de: Das Image., en: The image. }
    default: docker.io/library/wiki:1
  port:
    type: port
    label: { de: Port, en: Port }
    help: { de: Der Port., en: The port. }
  ram:
    type: size
    label: { de: RAM, en: RAM }
    help: { de: Der RAM., en: The RAM. }
    minimum: 64MiB
    default: 128MiB
services:
  main:
    image: { field: image }
    ram: { field: ram }
    ports: { web: { host: { field: port }, container: 8080 } }
    health: { http: /, port: web }
    after: [database]
  database:
    image: docker.io/library/postgres:17
    ram: 64MiB
    secrets: { POSTGRES_PASSWORD: { generate: password } }
`;

function said(text: string): string[] {
  const parsed = parseTemplate(text, file, { registries: ["docker.io"] });
  return parsed.ok ? [] : parsed.findings.map(renderFinding);
}

it("reads a template", () => {
  const parsed = parseTemplate(good, file, { registries: ["docker.io"] });
  expect(parsed).toMatchObject({
    ok: true,
    value: {
      name: "wiki",
      ram: { minimumBytes: 128 * 1024 ** 2, recommendedBytes: 192 * 1024 ** 2 },
      fields: [
        { name: "image", type: "image", registries: ["docker.io"], default: "docker.io/library/wiki:1" },
        { name: "port", type: "port", minimum: 1024, maximum: 65_535, required: true },
        { name: "ram", type: "size", default: "128MiB" },
      ],
    },
  });
});

it("tells a member in either language which field may be meant", () => {
  const parsed = parseTemplate(good, file, { registries: ["docker.io"] });
  if (!parsed.ok) throw new Error("no template");
  const said = (language: "de" | "en") => {
    const plan = planTemplate(parsed.value, { prot: 1, port: 8090 }, { ...placement, language });
    return plan.ok ? [] : plan.findings.map(({ message }) => message);
  };
  expect(said("de")).toEqual([expect.stringMatching(/^ist kein Feld .* \(ist "port" gemeint\?\)$/)]);
  expect(said("en")).toEqual([expect.stringMatching(/^is no field .* \(did you mean "port"\?\)$/)]);
});

it("tells a secret that one of two services marks, and refuses a text in one language alone", () => {
  const told = good.replace("{ generate: password }", "{ generate: password, tell: { de: Passwort, en: Password } }");
  const parsed = parseTemplate(told, file, { registries: ["docker.io"] });
  if (!parsed.ok) throw new Error("no template");
  const plan = planTemplate(parsed.value, { port: 8090 }, placement);
  expect(plan).toMatchObject({ value: { generatedSecrets: [{ tell: { de: "Passwort", en: "Password" } }] } });
  expect(said(told.replace(", en: Password", ""))).toEqual([expect.stringMatching(/POSTGRES_PASSWORD.*tell.*en/)]);
});

describe("says what is wrong, and where", () => {
  it.each([
    ["title: { de: Wiki, en: Wiki }", "title: { de: Wiki }", "wiki/template.yaml:1:1: title.en: is missing: English"],
    ["type: port", "type: prot", "wiki/template.yaml:10:11: fields.port.type: must be one of domain, port"],
    [
      "minimum: 64MiB",
      "minimum: 256MiB",
      "wiki/template.yaml:18:14: fields.ram.default: would not be accepted: must be at least 256MiB",
    ],
    [
      "minimum: 64MiB",
      "minimum: 64MiB\n    maximum: 32MiB",
      "wiki/template.yaml:17:14: fields.ram.minimum: is greater than the maximum",
    ],
    ["minimum: 64MiB\n    default: 128MiB", "minimum: 64MiB", 'services.main.ram: "ram" needs a default'],
    [
      "host: { field: port }",
      "host: { field: prot }",
      'wiki/template.yaml:23:21: services.main.ports.web.host: there is no field "prot" in "fields" (did you mean "port"?)',
    ],
    ["host: { field: port }", "host: { field: image }", '"image" is a field of type image; here belongs one of port'],
    ["host: { field: port }", "host: 8080", "wiki/template.yaml:9:3: fields.port: is asked, but no service uses it"],
    [
      "after: [database]",
      "after: [databse]",
      'services.main.after.0: there is no service "databse" in "services" (did you mean "database"?)',
    ],
    ["after: [database]", "after: [main]", "services.main.after: waits for itself"],
    ["  main:", "  mian:", 'wiki/template.yaml:19:1: services: has no "main"'],
    ["port: web }", "port: wob }", 'services.main.health.port: "wob" is no port of this service'],
    ["ram: 64MiB", "ram: 64MB", 'services.database.ram: "MB" counts in powers of ten'],
    [
      "ram: 64MiB",
      "ram: 64MiB\n    privileged: true",
      "wiki/template.yaml:29:5: services.database.privileged: is not a known key",
    ],
    [
      "ram: 64MiB",
      "ram: 64MiB\n    volumes: { data: /proc/x }",
      "services.database.volumes.data: /proc is the kernel's",
    ],
    ["{ generate: password }", "{ generate: port }", '"port" is the name of a field'],
    [
      "docker.io/library/wiki:1",
      "ghcr.io/wiki:1",
      "fields.image.default: would not be accepted: comes from a registry that is not allowed",
    ],
    ["services:", "services: &all", 'has an anchor or an alias ("&name", "*name")'],
    ["ram: 64MiB", "ram: *x", 'has an anchor or an alias ("&name", "*name")'],
    ["ram: 64MiB", "ram: 64MiB\n    ram: 64MiB", '"ram" stands here twice'],
  ])("%j as %j", (from, to, expected) => {
    expect(good).toContain(from);
    expect(said(good.replace(from, to)).join("\n")).toContain(expected);
  });

  it("that does not exist at all, or is endless", () => {
    expect(said("")).toEqual([expect.stringContaining("is empty: it needs title, help, fields, services")]);
    expect(said(`${good}# ${"x".repeat(300_000)}`)).toEqual([expect.stringContaining("is too long: at most 256 KiB")]);
  });

  it("about several things at once", () => {
    const text = good
      .replace("type: port", "type: prot")
      .replace("ram: 64MiB", "ram: 64MB")
      .replace("en: A wiki.", "en: ''");
    expect(said(text)).toHaveLength(3);
  });
});
