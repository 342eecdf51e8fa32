import { describe, expect, it } from "vitest";
import {
  hostFileEntrySchema,
  memberFileSchema,
  serviceFileSchema,
  windowEntryFileSchema,
} from "./inventory-schemas.js";
import { jsonSchemas } from "./json-schemas.js";
import { mailFileSchema } from "./mail-input.js";
import { smtpSchema } from "./smtp-input.js";
import { tariffFileSchema } from "./tariff-input.js";
import { unitFailuresSchema } from "./unit-failures-input.js";
import { workFileSchema } from "./work-input.js";

interface JsonSchema {
  readonly title?: string;
  readonly description?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly propertyNames?: JsonSchema;
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
  readonly pattern?: string;
  readonly items?: JsonSchema;
  readonly enum?: readonly unknown[];
}

const { hosts, mail, member, service, tariff, windows, work } = jsonSchemas() as Record<
  "hosts" | "mail" | "member" | "service" | "tariff" | "windows" | "work",
  JsonSchema
>;
const host = hosts.additionalProperties as JsonSchema;
const window = windows.additionalProperties as JsonSchema;

describe.each([
  ["host", host, hostFileEntrySchema],
  ["member", member, memberFileSchema],
  ["service", service, serviceFileSchema],
  ["window", window, windowEntryFileSchema],
  ["mail", mail, mailFileSchema],
  ["tariff", tariff, tariffFileSchema],
  ["work", work, workFileSchema],
  ["SMTP server", mail.properties?.["smtp"] as JsonSchema, smtpSchema],
  ["alert of failing units", mail.properties?.["unitFailures"] as JsonSchema, unitFailuresSchema],
] as const)("the JSON Schema of a %s", (_, schema, source) => {
  it("closes the door to unknown keys", () => expect(schema.additionalProperties).toBe(false));

  it.each(Object.entries(schema.properties ?? {}))("helps with %s", (_key, property) => {
    expect(property.title).toMatch(/^[A-Z]/);
    expect(property.description?.length).toBeGreaterThan(10);
  });

  it("gives examples and defaults that are accepted, and patterns that accept them", () => {
    for (const [key, property] of Object.entries(schema.properties ?? {})) {
      const field = source.shape[key as keyof typeof source.shape] as {
        safeParse(value: unknown): { success: boolean };
      };
      const values = [...(property.examples ?? []), ...(property.default === undefined ? [] : [property.default])];
      for (const value of values.filter((each) => !String(each).includes("…"))) {
        expect(field.safeParse(value).success, `${key}: ${JSON.stringify(value)}`).toBe(true);
        if (property.pattern !== undefined) expect(value).toMatch(new RegExp(property.pattern));
      }
    }
  });
});

it("requires what the checks require, and nothing that has a default", () => {
  // An address, or in its place `hetzner`: which of the two is a matter of the checks.
  expect(host.required).toEqual(["reserve"]);
  expect(member.required).toEqual(["number"]);
  // All of it is the cooperative's policy: what may be missing are blackouts, backups that nothing tells of, and technical limits.
  expect(window.required).toEqual(
    Object.keys(window.properties ?? {}).filter((key) => !["snapshot", "blackouts", "backup", "limits"].includes(key)),
  );
  expect(Object.values(window.properties ?? {}).filter((property) => property.default !== undefined)).toEqual([]);
  // No price and no lead time is ever invented.
  expect(tariff.required).toEqual(["currency", "ram", "lastMinuteSurcharge"]);
  expect(work.required).toEqual(["zone", "leadTime", "rules", "deviation"]);
  // Whom to tell, and over which server, is the cooperative's as well.
  expect(mail.required).toEqual(Object.keys(mail.properties ?? {}).filter((key) => key !== "unitFailures"));
  const unitFailures = mail.properties?.["unitFailures"];
  expect(unitFailures?.required).toEqual(Object.keys(unitFailures?.properties ?? {}));
  expect(service.required).toEqual(["member", "host", "image", "ram"]);
});

it("lists capabilities and patterns of names, so that editors complete and underline", () => {
  expect(service.properties?.["capabilities"]?.items?.enum).toContain("NET_BIND_SERVICE");
  expect(service.properties?.["secrets"]?.propertyNames?.pattern).toBeDefined();
  expect(hosts.propertyNames?.pattern).toBeDefined();
});
