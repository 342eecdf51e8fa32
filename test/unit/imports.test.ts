import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { checkFile, checkManifest, type ImportRule, parseImports } from "./imports.js";

const packages = fileURLToPath(new URL("../../packages", import.meta.url));

/** The one direction of imports. A new line here is a decision about the design. */
const rules: Readonly<Record<string, ImportRule>> = {
  model: {
    workspace: [],
    external: ["@scure/base", "ical.js", "rrule-temporal", "temporal-polyfill", "zod", "yaml"],
    node: false,
  },
  quadlet: { workspace: ["model"], external: [], node: false },
  ssh: { workspace: ["model"], external: ["ssh2"], node: true },
  host: { workspace: ["model", "quadlet", "ssh"], external: ["tar-stream"], node: true },
  // The protos alone: loading the SDK would take longer than all else that the plugin does at its start.
  provider: {
    workspace: ["model", "host", "ssh", "patching"],
    external: ["@grpc/grpc-js", "@pulumi/pulumi/proto/", "google-protobuf"],
    node: true,
  },
  // An accepted request is itself the declaration: whoever makes resources of an inventory reads requests as well.
  components: {
    // Calendars of blackouts are fetched where the program runs: the secret of an address stays there.
    workspace: ["model", "requests", "patching"],
    external: ["@pulumi/pulumi", "@pulumi/hcloud", "yaml"],
    node: true,
  },
  patching: {
    workspace: ["model", "host", "ssh"],
    external: ["ical-generator", "nodemailer", "undici", "@remix-run/html-template"],
    node: true,
  },
  // Node for the folder of the catalogue alone.
  requests: { workspace: ["model"], external: ["big.js", "yaml", "zod"], node: true },
  lab: { workspace: ["model", "ssh"], external: ["@hono/node-server", "execa", "hono", "zod"], node: true },
  cli: {
    workspace: ["model", "quadlet", "ssh", "host", "provider", "components", "patching", "requests", "lab"],
    external: [
      "@inquirer/prompts",
      "@pulumi/pulumi",
      "age-encryption",
      "cli-table3",
      "commander",
      "execa",
      "listr2",
      "tsx",
      "yaml",
    ],
    node: true,
  },
};

/** What tests may use besides: they reach nobody. Tests on lab hosts also start some; the SDK brings Pulumi's engine. */
function ruleForFile(rule: ImportRule, path: string): ImportRule {
  if (!path.endsWith(".test.ts") && !/(^|\/)testing\//.test(path)) return rule;
  const workspace = path.endsWith(".lab.test.ts") ? [...rule.workspace, "lab"] : rule.workspace;
  return {
    workspace,
    external: [
      ...rule.external,
      "@pulumi/pulumi",
      "esbuild",
      "fast-check",
      "ical.js",
      "smtp-server",
      "ssh2",
      "vitest",
      "yaml",
    ],
    node: true,
    testing: true,
  };
}

function sourcesOf(name: string): string[] {
  return readdirSync(join(packages, name, "src"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => `src/${path}`)
    .sort();
}

describe("the direction of imports", () => {
  it("has a rule for every package", () => {
    const names = readdirSync(packages, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(names.map((entry) => entry.name).sort()).toEqual(Object.keys(rules).sort());
  });

  it("goes one way among packages", () => {
    const depth = (name: string, path: readonly string[] = []): number => {
      if (path.includes(name)) throw new Error(`A circle: ${[...path, name].join(" -> ")}`);
      return 1 + Math.max(0, ...(rules[name]?.workspace ?? []).map((next) => depth(next, [...path, name])));
    };
    expect(depth("cli")).toBeGreaterThan(1);
  });

  for (const [name, rule] of Object.entries(rules)) {
    it(`holds in ${name}`, () => {
      const problems = sourcesOf(name).flatMap((path) =>
        checkFile(name, ruleForFile(rule, path), path, readFileSync(join(packages, name, path), "utf8")),
      );
      const manifest = JSON.parse(readFileSync(join(packages, name, "package.json"), "utf8"));
      expect([...problems, ...checkManifest(name, rule, manifest)]).toEqual([]);
    });
  }
});

describe("the checker itself", () => {
  const pure: ImportRule = { workspace: ["model"], external: ["zod"], node: false };

  it("sees every way to name a module, and nothing in comments and texts", () => {
    const text = [
      'import { a } from "a";',
      'import type { B } from "b";',
      'export * from "c";',
      'const d = await import("d");',
      'const e = require("e");',
      'type F = import("f").F;',
      'import g = require("g");',
      'import "h";',
      '// import "comment";',
      "const text = 'import \"text\"';",
    ].join("\n");
    expect(parseImports("x.ts", text).map(({ specifier, line }) => `${line} ${specifier}`)).toEqual([
      "1 a",
      "2 b",
      "3 c",
      "4 d",
      "5 e",
      "6 f",
      "7 g",
      "8 h",
    ]);
  });

  it.each([
    ['import { x } from "@allmende/host";', "quadlet may not import @allmende/host"],
    ['import type { X } from "@allmende/host";', "quadlet may not import @allmende/host"],
    ['import { x } from "@allmende/model/dist/x.js";', "@allmende/model/dist/x.js reaches into model"],
    ['import { readFileSync } from "node:fs";', "quadlet is pure and may not use node:fs"],
    ['import fs from "fs";', "quadlet may not import fs"],
    ['export { x } from "../../model/src/x.js";', "../../model/src/x.js leaves the package"],
    ['import { z } from "zod-other";', "quadlet may not import zod-other"],
  ])("refuses %s", (text, reason) => {
    expect(checkFile("quadlet", pure, "src/x.ts", `\n${text}`)).toEqual([
      expect.stringContaining(`packages/quadlet/src/x.ts:2: ${reason}`),
    ]);
  });

  it("lets pass what the rule allows", () => {
    const text = 'import { a } from "@allmende/model";\nimport * as z from "zod/mini";\nimport { b } from "../y.js";';
    expect(checkFile("quadlet", pure, "src/deep/x.ts", text)).toEqual([]);
  });

  it("leaves what is for tests to tests", () => {
    const text = 'import { x } from "@allmende/model/testing";';
    expect(checkFile("quadlet", { ...pure, testing: true }, "src/x.test.ts", text)).toEqual([]);
    expect(checkFile("quadlet", pure, "src/x.ts", text)).toHaveLength(1);
    const other = 'import { x } from "@allmende/ssh/testing";';
    expect(checkFile("quadlet", { ...pure, testing: true }, "src/x.test.ts", other)).toHaveLength(1);
  });

  it("tells the protos from the SDK", () => {
    const provider: ImportRule = { workspace: [], external: ["@pulumi/pulumi/proto/"], node: true };
    const proto = 'import p from "@pulumi/pulumi/proto/provider_pb.js";';
    expect(checkFile("provider", provider, "src/x.ts", proto)).toEqual([]);
    expect(checkFile("provider", provider, "src/x.ts", 'import "@pulumi/pulumi";')).toHaveLength(1);
    expect(checkFile("provider", provider, "src/x.ts", 'import "@pulumi/pulumi/runtime";')).toHaveLength(1);
    expect(checkManifest("provider", provider, { dependencies: { "@pulumi/pulumi": "3.0.0" } })).toEqual([]);
  });

  it("reads manifests too", () => {
    expect(checkManifest("quadlet", pure, { dependencies: { "@allmende/ssh": "workspace:*", zod: "4" } })).toEqual([
      "packages/quadlet/package.json: quadlet may not depend on @allmende/ssh",
    ]);
  });
});
