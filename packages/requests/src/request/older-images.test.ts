import { expect, it } from "vitest";
import type { TemplateField } from "../template/template.js";
import { olderImages } from "./older-images.js";

const texts = { de: "x", en: "x" };
const base = { label: texts, help: texts, required: true, advanced: true };

function isOlder(image: unknown, preset: string): boolean {
  const field: TemplateField = {
    ...base,
    name: "image",
    type: "image",
    registries: ["r.example.org"],
    default: preset,
  };
  return olderImages({ fields: [field] }, { image }).length > 0;
}

it.each([
  ["r.example.org/db:17", "r.example.org/db:18", true],
  ["r.example.org/db:9", "r.example.org/db:10", true],
  ["r.example.org/web:7-php8.3-apache", "r.example.org/web:7-php8.4-apache", true],
  ["r.example.org/db:17.9", "r.example.org/db:18", true],
  ["r.example.org/db:18", "r.example.org/db:18", false],
  ["r.example.org/db:18.1", "r.example.org/db:18", false],
  ["r.example.org/db:19", "r.example.org/db:18", false],
  ["r.example.org/anna/db:17", "r.example.org/db:18", false],
  ["registry.example.org/db:17", "r.example.org/db:18", false],
  ["r.example.org/db:stable", "r.example.org/db:18", false],
  [`r.example.org/db@sha256:${"a".repeat(64)}`, "r.example.org/db:18", false],
  ["no image", "r.example.org/db:18", false],
  [undefined, "r.example.org/db:18", false],
])("%s is older than %s: %s", (image, preset, expected) => expect(isOlder(image, preset)).toBe(expected));
