import {
  type FieldValue,
  planTemplate,
  sampleValues,
  type Template,
  type TemplateField,
  type TemplatePlan,
} from "@allmende/requests";
import fc from "fast-check";
import { hostileText } from "../../lab/quadlet/hostile.js";
import { catalogue, placement, planned } from "./catalogue-files.js";

/** One field of one template with a value that nobody should write there. */
export interface HostileRequest {
  readonly template: Template;
  readonly field: TemplateField;
  readonly value: unknown;
  readonly language: "de" | "en";
}

const fields = catalogue().flatMap((template) => template.fields.map((field) => ({ template, field })));

const strange = fc.oneof(
  { weight: 6, arbitrary: hostileText },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ...[
        "../../etc/passwd",
        "/etc/shadow",
        "..",
        "a/../b",
        "*anchor",
        "&anchor x",
        "!!js/function x",
        "!tag",
        "- a",
        "a: b",
        "? x",
        "| x",
        "> x",
      ],
      ...[
        "null",
        "~",
        "yes",
        "1e3",
        "0x1F90",
        "0o17",
        "1_000",
        ".inf",
        "2026-01-01",
        "{a: 1}",
        "[1]",
        "<<",
        "__proto__",
        "constructor",
      ],
      ...[
        "shоp.example.org",
        "exаmple.org",
        "раypal.com",
        "ｅxample.org",
        "example。org",
        "a\u202egpj.exe",
        "a\u200bb",
        "％00",
        "‐‐privileged",
      ],
      ...[
        "x\nExecStart=/bin/false",
        "x\n[Service]\nUser=root",
        "%n%h%t",
        "$(reboot)",
        "`reboot`",
        "a;reboot",
        "'; DROP TABLE x; --",
        "|| true",
      ],
      ...[
        "--privileged",
        "-v /:/host",
        "docker.io/library/x:1 --privileged",
        "file:///etc/passwd",
        "ext::sh -c id",
        "https://a.b/--x",
      ],
    ),
  },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 40 }).map((power) => "A".repeat(power ** 3)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown[]>(
      ...[
        null,
        "",
        true,
        0,
        -1,
        1e21,
        Number.NaN,
        Number.POSITIVE_INFINITY,
        -0,
        8080.5,
        [],
        ["a"],
        {},
        { field: "ram" },
        { config: "x" },
      ],
    ),
  },
);

/** Something strange, or what would be right with something strange around, within or instead of it. */
export const hostileRequest: fc.Arbitrary<HostileRequest> = fc
  .record({
    chosen: fc.constantFrom(...fields),
    strange,
    position: fc.constantFrom("alone", "before", "after", "within"),
    language: fc.constantFrom("de", "en"),
  })
  .map(({ chosen, strange: text, position, language }) => {
    const right = String(sampleValues(chosen.template)[chosen.field.name]);
    const middle = Math.floor(right.length / 2);
    const value = {
      alone: text,
      before: `${text}${right}`,
      after: `${right}${text}`,
      within: `${right.slice(0, middle)}${text}${right.slice(middle)}`,
    }[position];
    return { ...chosen, value, language };
  });

export interface Twin {
  readonly plan: TemplatePlan;
  readonly value: FieldValue;
}

/** The same request with a value that means nothing to anybody. */
export function twinOf({ template, field }: HostileRequest, name: string = placement.name): Twin {
  const values = sampleValues(template);
  return { plan: planned(template, values, name), value: values[field.name] as FieldValue };
}

export function planHostile({ template, field, value, language }: HostileRequest, name: string = placement.name) {
  return planTemplate(template, { ...sampleValues(template), [field.name]: value }, { ...placement, name, language });
}
