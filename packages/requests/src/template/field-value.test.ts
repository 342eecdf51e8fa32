import { describe, expect, it } from "vitest";
import { parseFieldValue } from "./field-value.js";
import { messages } from "./messages.js";
import type { TemplateField } from "./template.js";

const texts = { de: "Feld", en: "field" };
const base = { name: "x", label: texts, help: texts, required: true, advanced: false };
const fields = {
  domain: { ...base, type: "domain" },
  email: { ...base, type: "email" },
  boolean: { ...base, type: "boolean" },
  secret: { ...base, type: "secret" },
  port: { ...base, type: "port", minimum: 1024, maximum: 65_535 },
  integer: { ...base, type: "integer", minimum: -5, maximum: 5 },
  size: { ...base, type: "size", minimumBytes: 64 * 1024 ** 2, maximumBytes: 1024 ** 3 },
  choice: {
    ...base,
    type: "choice",
    options: [
      { value: "a", label: texts },
      { value: "b", label: texts },
    ],
  },
  gitUrl: { ...base, type: "gitUrl", hosts: undefined },
  image: { ...base, type: "image", registries: ["docker.io", "ghcr.io/coop"] },
  text: { ...base, type: "text", minimumLength: 1, maximumLength: 20 },
} as const satisfies Record<TemplateField["type"], TemplateField>;

describe("accepts", () => {
  it.each<[keyof typeof fields, unknown, unknown]>([
    ["domain", "shop.example.org", "shop.example.org"],
    ["domain", "xn--mnchen-3ya.de", "xn--mnchen-3ya.de"],
    ["email", "anna@example.org", "anna@example.org"],
    ["boolean", "Ja", true],
    ["boolean", false, false],
    ["secret", "yes", true],
    ["port", "8080", 8080],
    ["port", 8080, 8080],
    ["integer", "-3", -3],
    ["size", "512MiB", "512MiB"],
    ["choice", "b", "b"],
    ["gitUrl", "https://codeberg.org/anna/shop.git", "https://codeberg.org/anna/shop.git"],
    ["gitUrl", "https://git.example.org:8443/shop", "https://git.example.org:8443/shop"],
    ["image", "docker.io/library/nginx:1.29", "docker.io/library/nginx:1.29"],
    ["image", "ghcr.io/coop/shop:1", "ghcr.io/coop/shop:1"],
    ["text", "Äpfel & Birnen; $5", "Äpfel & Birnen; $5"],
  ])("%s %j", (type, input, value) => {
    expect(parseFieldValue(fields[type], input, "en")).toEqual({ ok: true, value });
  });
});

describe("refuses", () => {
  it.each<[keyof typeof fields, unknown, string, string]>([
    ["domain", "Shop.example.org", "lower case", "klein geschrieben"],
    ["domain", "münchen.de", "xn--…: xn--mnchen-3ya.de", "xn--… schreiben: xn--mnchen-3ya.de"],
    ["domain", "ä_b", "xn--…", "xn--… schreiben"],
    ["domain", "shоp.example.org", "letters other than a to z", "andere Sonderzeichen"],
    ["domain", "127.0.0.1", "domain name", "Domainname"],
    ["domain", "-a.example.org", "domain name", "Domainname"],
    ["domain", "a.example.org\n", "domain name", "Domainname"],
    ["email", "Anna <anna@example.org>", "e-mail", "E-Mail"],
    ["boolean", "maybe", "yes or no", "ja oder nein"],
    ["port", "80", "from 1024 to 65535", "von 1024 bis 65535"],
    ["port", "0x50", "whole number", "ganze Zahl"],
    ["port", "8080; id", "whole number", "ganze Zahl"],
    ["integer", 1.5, "whole number", "ganze Zahl"],
    ["size", "512", "with its unit", "mit Einheit"],
    ["size", "0.2GiB", "pages: 204MiB is", "Seiten zu 4 KiB sein: 204MiB ist"],
    ["size", "0.01GiB", "from 64MiB to 1GiB", "von 64MiB bis 1GiB"],
    ["size", "2.3GiB", "from 64MiB to 1GiB", "von 64MiB bis 1GiB"],
    ["size", "99999999999999999.3TiB", "from 64MiB to 1GiB", "von 64MiB bis 1GiB"],
    ["size", "2GiB", "from 64MiB to 1GiB", "von 64MiB bis 1GiB"],
    ["choice", "c", "one of a, b", "eines von diesen sein: a, b"],
    ["gitUrl", "git@github.com:anna/shop.git", "https://", "https://"],
    ["gitUrl", "https://user:pw@example.org/x", "has a name or password", "hat einen Namen oder ein Passwort"],
    ["gitUrl", "https://example.org/../etc", "https://", "https://"],
    ["gitUrl", "https://example.org/--upload-pack=id", "https://", "https://"],
    ["image", "nginx", "registry, name and version", "Registry, Name und Version"],
    ["image", "docker.io/library/nginx:latest", "latest", "latest"],
    ["image", "evil.example/x:1", "not allowed", "nicht erlaubt"],
    ["image", "ghcr.io/cooperative/x:1", "not allowed", "nicht erlaubt"],
    ["text", "a\nb", "single line", "einzige Zeile"],
    ["text", "a\u202eb", "invisible", "unsichtbares"],
    ["text", " a", "blank", "Leerzeichen"],
    ["text", "x".repeat(21), "1 to 20", "1 bis 20"],
    ["text", "x".repeat(10_000_000), "to 10000", "bis 10000"],
    ["text", { toString: () => "a" }, "text", "Text"],
    ["text", ["a"], "text", "Text"],
  ])("%s %j", (type, input, english, german) => {
    expect(parseFieldValue(fields[type], input, "en")).toEqual({
      ok: false,
      message: expect.stringContaining(english),
    });
    expect(parseFieldValue(fields[type], input, "de")).toEqual({ ok: false, message: expect.stringContaining(german) });
  });

  it("a secret, without repeating it", () => {
    const parsed = parseFieldValue(fields.secret, "hunter2", "en");
    expect(parsed).toEqual({ ok: false, message: expect.stringContaining("never write a secret here") });
    expect(JSON.stringify(parsed)).not.toContain("hunter2");
  });
});

it("says everything in both languages", () => {
  expect(Object.keys(messages.de).sort()).toEqual(Object.keys(messages.en).sort());
  for (const key of Object.keys(messages.en) as (keyof typeof messages.en)[]) {
    const [de, en] = [messages.de[key], messages.en[key]].map((each) =>
      String(typeof each === "function" ? each("X" as never, "Y" as never) : each),
    );
    expect(de).not.toBe(en);
  }
});
