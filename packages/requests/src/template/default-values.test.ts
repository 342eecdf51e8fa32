import { expect, it } from "vitest";
import { withDefaults } from "./default-values.js";
import type { TemplateField } from "./template.js";

const texts = { de: "x", en: "x" };
const base = { label: texts, help: texts, required: true, advanced: false };
const fields: readonly TemplateField[] = [
  {
    ...base,
    name: "image",
    type: "image",
    registries: ["r.example.org"],
    default: "r.example.org/db:1",
    advanced: true,
  },
  { ...base, name: "backup", type: "boolean", default: false },
  { ...base, name: "domain", type: "domain", required: false },
  { ...base, name: "password", type: "secret" },
];

it("has every default, nothing for secrets, and what is given as it is", () => {
  expect(withDefaults({ fields }, {})).toEqual({ image: "r.example.org/db:1", backup: false });
  const given = { image: "r.example.org/db:2", domain: "a.example.org", password: true, other: 1 };
  expect(withDefaults({ fields }, given)).toEqual({ ...given, backup: false });
  expect(withDefaults({ fields }, { image: "", backup: undefined })).toEqual({
    image: "r.example.org/db:1",
    backup: false,
  });
});

it("leaves alone what a change does not name, and what has no default stays taken away", () => {
  const change = withDefaults({ fields }, { image: null, domain: null, password: null }, { only: "named" });
  expect(change).toEqual({ image: "r.example.org/db:1", domain: null, password: null });
});
