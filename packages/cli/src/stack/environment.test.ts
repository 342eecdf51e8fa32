import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { engineEnvironment, findBackend, stackFile } from "./environment.js";
import { readStackFolder } from "./folder.js";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "allmende-cli-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function folderWith(project: string, files: Record<string, string> = {}) {
  for (const [name, text] of Object.entries({ "Pulumi.yaml": project, "index.ts": "", ...files }))
    writeFileSync(join(root, name), text);
  return readStackFolder(root, undefined, {});
}
const clean = () => ({ PULUMI_HOME: join(root, "home"), ALLMENDE_CACHE: join(root, "cache") });

test("without any setting the state is in the stack's own folder, with a passphrase that only its owner reads", () => {
  const folder = folderWith("name: shop\nruntime: nodejs\n");
  const backend = findBackend(folder, clean());
  expect(backend.localDirectory).toBe(join(root, ".state"));
  const variables = engineEnvironment(folder, backend, clean());
  const file = variables["PULUMI_CONFIG_PASSPHRASE_FILE"] ?? "";
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, "utf8").trim().length).toBeGreaterThan(40);
  expect(engineEnvironment(folder, backend, clean())["PULUMI_CONFIG_PASSPHRASE_FILE"]).toBe(file);
  expect(stackFile(folder, backend)).toContain(".state/.pulumi/stacks/shop/");
});

test("a variable wins over Pulumi.yaml, that over a login, that over the folder", () => {
  const plain = folderWith("name: shop\n");
  mkdirSync(join(root, "home"));
  writeFileSync(join(root, "home", "credentials.json"), JSON.stringify({ current: "https://api.pulumi.com" }));
  expect(findBackend(plain, clean()).url).toBe("https://api.pulumi.com");
  const named = folderWith("name: shop\nbackend: { url: 'file://./state' }\n");
  expect(findBackend(named, clean()).localDirectory).toBe(join(root, "state"));
  expect(findBackend(named, { ...clean(), PULUMI_BACKEND_URL: "s3://bucket" })).toMatchObject({
    url: "s3://bucket",
    localDirectory: undefined,
  });
  // As CI passes on a variable that nobody has set.
  expect(findBackend(named, { ...clean(), PULUMI_BACKEND_URL: "" }).localDirectory).toBe(join(root, "state"));
});

test("a passphrase that is set is left alone; one that is lost is not replaced", () => {
  const folder = folderWith("name: shop\n", { "Pulumi.prod.yaml": "encryptionsalt: v1:x\n" });
  const backend = findBackend(folder, clean());
  const given = { ...clean(), PULUMI_CONFIG_PASSPHRASE: "" };
  expect(engineEnvironment(folder, backend, given)).not.toHaveProperty("PULUMI_CONFIG_PASSPHRASE_FILE");
  expect(() => engineEnvironment(folder, backend, clean())).toThrow(/passphrase/);
});

test("the stack is the one that is named, else the only one, else the folder's name", () => {
  const folder = folderWith("name: shop\n", { "Pulumi.prod.yaml": "" });
  expect(folder.stack).toBe("prod");
  expect(readStackFolder(root, "test", {}).stack).toBe("test");
  expect(readStackFolder(root, undefined, { PULUMI_STACK: "other" }).stack).toBe("other");
  writeFileSync(join(root, "Pulumi.dev.yaml"), "");
  expect(() => readStackFolder(root, undefined, {})).toThrow(/several stacks/);
});

test("a folder without a program is a mistake that says what to do", () => {
  expect(() => readStackFolder(root)).toThrow(/no Pulumi.yaml/);
  writeFileSync(join(root, "Pulumi.yaml"), "name: x\n");
  expect(() => readStackFolder(root)).toThrow(/no program/);
  writeFileSync(join(root, "Pulumi.yaml"), "name: [x\n");
  expect(() => readStackFolder(root)).toThrow(/not valid YAML/);
});
