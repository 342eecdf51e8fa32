import { readFile, writeFile } from "node:fs/promises";
import { hostInputSchema, memberInputSchema, patchWindowInputSchema, serviceInputSchema } from "@allmende/model";
import { describe, expect, test } from "vitest";
import { hostProperties } from "./host-properties.js";
import { objectTypes } from "./object-types.js";
import { patchWindowProperties } from "./patch-object-types.js";
import type { Properties, PropertyType } from "./property.js";
import { renderPulumiSchema } from "./pulumi-schema.js";
import { renderReference } from "./reference.js";
import { configuration, hostType, memberType, resourceTypes, serviceType } from "./resource-types.js";

const readme = new URL("../../README.md", import.meta.url);
const [begin, end] = ["<!-- reference: begin -->", "<!-- reference: end -->"];

describe("the schema", () => {
  test("has exactly the properties that are accepted", () => {
    expect(Object.keys(hostType.properties).sort()).toEqual(Object.keys(hostInputSchema.shape).sort());
    const own = ["labels", "patching", "unitFailures"];
    const told = Object.keys(hostInputSchema.shape).filter((name) => !own.includes(name));
    expect(Object.keys(hostProperties).sort()).toEqual(told.sort());
    expect(Object.keys(memberType.properties).sort()).toEqual([...Object.keys(memberInputSchema.shape), "host"].sort());
    expect(Object.keys(patchWindowProperties).sort()).toEqual(Object.keys(patchWindowInputSchema.shape).sort());
    const accepted = [...Object.keys(serviceInputSchema.shape), "host"];
    expect(Object.keys(serviceType.properties).sort()).toEqual(accepted.sort());
  });

  test("describes everything in whole sentences, and refers to nothing that is missing", () => {
    const all: Properties[] = [configuration, ...Object.values(objectTypes).map((type) => type.properties)];
    for (const type of resourceTypes) all.push(type.properties, type.outputs);
    for (const properties of all) {
      for (const row of Object.values(properties)) {
        expect(row.description).toMatch(/[.?]$/);
        expectKnown(row.type);
      }
    }
  });

  test("marks secrets, and what forces a replacement", () => {
    const { resources, types } = renderPulumiSchema() as { resources: Nested; types: Nested };
    expect(resources).toHaveProperty(["allmende:index:Service", "inputProperties", "secrets", "secret"], true);
    expect(resources).toHaveProperty(
      ["allmende:index:Service", "inputProperties", "name", "willReplaceOnChanges"],
      true,
    );
    expect(types).toHaveProperty(["allmende:index:SmtpServer", "properties", "password", "secret"], true);
    expect(types).toHaveProperty(["allmende:index:RegistryLogin", "properties", "password", "secret"], true);
  });
});

test("the package is called as the one that exists, and nowhere as one of Pulumi's own", async () => {
  const { language } = renderPulumiSchema() as { language: Nested };
  const components = JSON.parse(await readFile(new URL("../../../components/package.json", import.meta.url), "utf8"));
  expect(language["nodejs"]?.["packageName"]).toBe(components.name);
  expect(Object.keys(language)).toEqual(["nodejs", "python", "go", "csharp"]);
  expect(JSON.stringify(language)).not.toMatch(/pulumi[-_./]/i);
});

test("the README has the reference that the schema says (UPDATE=1 writes it)", async () => {
  const text = await readFile(readme, "utf8");
  const [before = "", rest = ""] = text.split(begin);
  const after = rest.split(end)[1] ?? "";
  const expected = `${before}${begin}\n${renderReference()}\n${end}${after}`;
  if (process.env["UPDATE"] === "1") await writeFile(readme, expected);
  else expect(unpadded(text)).toBe(unpadded(expected));
});

type Nested = Record<string, Record<string, unknown>>;

function expectKnown(type: PropertyType): void {
  if (typeof type === "string") return;
  if ("list" in type) expectKnown(type.list);
  else if ("map" in type) expectKnown(type.map);
  else if ("oneOf" in type) for (const each of type.oneOf) expectKnown(each);
  else expect(objectTypes).toHaveProperty(type.object);
}

/** A formatter may align the columns of tables. */
function unpadded(text: string): string {
  return text.replaceAll(/ *\| */g, "|").replaceAll(/-{3,}/g, "---");
}
