import { readFileSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { allowedCapabilities } from "./capabilities.js";
import { healthSchema } from "./health-input.js";
import { hetznerSchema } from "./hetzner-input.js";
import { hostInputSchema } from "./host-input.js";
import { highestMemberNumber } from "./identity.js";
import { jsonSchemaOf } from "./json-schemas.js";
import { mailFileSchema } from "./mail-input.js";
import { memberInputSchema } from "./member-input.js";
import { memberOverheadBytes, serviceOverheadBytes } from "./overhead.js";
import { patchWindowInputSchema } from "./patch-window-input.js";
import { limitsSchema } from "./patch-window-limits.js";
import { describeRam } from "./ram.js";
import { serviceInputSchema } from "./service-input.js";
import { smtpSchema } from "./smtp-input.js";
import { tariffFileSchema } from "./tariff-input.js";
import { unitFailuresSchema } from "./unit-failures-input.js";
import { workFileSchema } from "./work-input.js";

interface Described {
  readonly properties: Readonly<
    Record<string, { readonly description: string; readonly default?: unknown; readonly examples?: readonly unknown[] }>
  >;
  readonly required?: readonly string[];
}

const code = (value: unknown) =>
  `\`${(typeof value === "string" ? value : JSON.stringify(value)).replaceAll("|", "\\|")}\``;

function renderTable(schema: Parameters<typeof jsonSchemaOf>[0]): string {
  const { properties, required = [] } = jsonSchemaOf(schema) as unknown as Described;
  const rows = Object.entries(properties).map(([key, property]) => {
    const needed = required.includes(key) ? "required" : property.default === undefined ? "" : code(property.default);
    return `| \`${key}\` | ${property.description.replaceAll("|", "\\|")} | ${needed} | ${(property.examples ?? []).map(code).join(", ")} |`;
  });
  return ["| Key | Meaning | Default | Example |", "|---|---|---|---|", ...rows].join("\n");
}

const tables: Readonly<Record<string, string>> = {
  host: renderTable(hostInputSchema),
  hetzner: renderTable(hetznerSchema),
  member: renderTable(memberInputSchema),
  service: renderTable(serviceInputSchema),
  health: renderTable(healthSchema),
  mail: renderTable(mailFileSchema),
  smtp: renderTable(smtpSchema),
  unitFailures: renderTable(unitFailuresSchema),
  tariff: renderTable(tariffFileSchema),
  work: renderTable(workFileSchema),
  window: renderTable(patchWindowInputSchema),
  limits: renderTable(limitsSchema),
  capabilities: allowedCapabilities.map(code).join(", "),
  overhead: `${describeRam(serviceOverheadBytes)} for each service, ${describeRam(memberOverheadBytes)} for each member who has any`,
  numbers: `1 to ${highestMemberNumber}`,
};

/** The formatter pads cells; only what they say counts. */
const withoutPadding = (text: string) => text.replace(/-{3,}/g, "---").replace(/[ \n]*\|[ \n]*/g, "|");

const readme = new URL("../README.md", import.meta.url);

/** `UPDATE_README=1 npx vitest run …` writes the tables anew; the formatter pads them. */
it("has a reference that agrees with the schemas", () => {
  const text = readFileSync(readme, "utf8");
  const updated = text.replace(
    /(<!-- (\w+) -->)[\s\S]*?(<!-- end -->)/g,
    (_, begin: string, name: string, end: string) => {
      const content = tables[name];
      if (content === undefined) throw new Error(`README.md wants a table "${name}" that nobody makes`);
      return content.startsWith("|") ? `${begin}\n\n${content}\n\n${end}` : `${begin}${content}${end}`;
    },
  );
  for (const name of Object.keys(tables)) expect(text).toContain(`<!-- ${name} -->`);
  if (process.env["UPDATE_README"] === "1") writeFileSync(readme, updated);
  else expect(withoutPadding(text)).toBe(withoutPadding(updated));
});
