import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { catalogueDirectory } from "@allmende/requests";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createProgram } from "../program.js";
import { recordingContext } from "../testing.js";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "allmende-template-"));
  cpSync(join(catalogueDirectory, "redis"), join(folder, "redis"), { recursive: true });
  cpSync(join(catalogueDirectory, "catalogue.yaml"), join(folder, "catalogue.yaml"));
});

afterEach(() => rmSync(folder, { recursive: true }));

async function run(...args: readonly string[]): Promise<{ exitCode: number; out: string }> {
  const context = recordingContext();
  await createProgram(context).parseAsync(["template", ...args], { from: "user" });
  return { exitCode: context.exitCode, out: context.written.out };
}

test("lists the catalogue in both languages", async () => {
  expect((await run("list", "--lang", "de")).out).toMatch(
    /VORLAGE +WAS +RAM AB +EMPFOHLEN\n(.*\n)*wordpress +WordPress mit Datenbank/,
  );
  expect((await run("list", "--lang", "en")).out).toMatch(
    /TEMPLATE +WHAT .*\n(.*\n)*wordpress +WordPress with database/,
  );
  const { templates } = JSON.parse((await run("list", "--json")).out);
  expect(templates).toContainEqual(
    expect.objectContaining({ name: "redis", ram: { minimumBytes: 33_554_432, recommendedBytes: 67_108_864 } }),
  );
});

test("shows every field of a template", async () => {
  const { out } = await run("show", "wordpress", "--lang", "de");
  expect(out).toContain("RAM: mindestens 384 MiB, empfohlen 640 MiB");
  expect(out).toContain("NAME, NAME-database");
  for (const field of ["domain", "port", "image", "databaseImage", "ram", "databaseRam"])
    expect(out).toMatch(new RegExp(`^${field} `, "m"));
  const jupyter = await run("show", "jupyter", "--lang", "de");
  expect(jupyter.out).toContain("RAM: mindestens 256 MiB, empfohlen 1,0 GiB");
  expect(jupyter.out).toContain("erzeugt für das Mitglied: Token zum Anmelden\n");
  expect(out).not.toContain("erzeugt für das Mitglied");
  await expect(run("show", "wordpres", "--lang", "de")).rejects.toThrow("es gibt keine Vorlage wordpres");
  await expect(run("show", "wordpres")).rejects.toMatchObject({ code: "no-template" });
});

test("checks the catalogue that comes along", async () => {
  expect(await run("check")).toEqual({ exitCode: 0, out: "ok: 12 templates\n" });
});

test("a hostmaster adds a template by adding a folder", async () => {
  mkdirSync(join(folder, "wiki"));
  cpSync(join(folder, "redis"), join(folder, "wiki"), { recursive: true });
  expect((await run("check", folder)).out).toBe("ok: 2 templates\n");
  expect((await run("list", folder)).out).toMatch(/^wiki /m);
});

test("says by file, line and column what is wrong, of one folder only when asked so", async () => {
  mkdirSync(join(folder, "wiki"));
  writeFileSync(join(folder, "wiki", "template.yaml"), "title: { de: Wiki }\nservices: { main: { ram: 1MB } }\n");
  writeFileSync(join(folder, "redis", "README.md"), "nothing\n");
  const { exitCode, out } = await run("check", join(folder, "wiki"));
  expect(exitCode).toBe(2);
  const lines = out
    .replaceAll(/^.*allmende-template-[^/]+\//gm, "")
    .trimEnd()
    .split("\n");
  expect(lines).toContain("wiki/template.yaml:1:1: title.en: is missing: English");
  expect(lines).toContainEqual(
    expect.stringMatching(/^wiki\/template\.yaml:2:26: services\.main\.ram: "MB" counts in powers of ten/),
  );
  expect(lines.every((line) => line.startsWith("wiki/"))).toBe(true);
  expect(JSON.parse((await run("check", folder, "--json")).out).findings).toContainEqual(
    expect.objectContaining({ file: join(folder, "redis", "README.md") }),
  );
});

test("says what Quadlet would refuse though the model does not", async () => {
  const file = join(folder, "redis", "template.yaml");
  const text = readFileSync(file, "utf8");
  writeFileSync(
    file,
    text.replace(/image: .*field.*/, "image: docker.io/library/redis:8.build").replace(/^ {2}image:\n( {4}.*\n)+/m, ""),
  );
  const { exitCode, out } = await run("check", folder);
  const lines = readFileSync(file, "utf8").split("\n");
  const line = lines.findIndex((each) => each.includes("redis:8.build")) + 1;
  expect(line).toBeGreaterThan(1);
  expect(out.replace(/^.*\/(?=redis\/)/, "")).toMatch(
    new RegExp(
      `^redis/template\\.yaml:${line}:\\d+: services\\.main\\.image: service main cannot become a unit: .*must not end in \\.image or \\.build\\n$`,
    ),
  );
  expect(exitCode).toBe(2);
});

test("refuses what is not UTF-8", async () => {
  writeFileSync(join(folder, "redis", "template.yaml"), Buffer.from("title: { de: \xfc, en: u }", "latin1"));
  expect((await run("check", folder)).out).toContain("template.yaml:1:1: is not UTF-8");
});

test("a folder that holds no template is the user's mistake", async () => {
  await expect(run("check", join(folder, "nothing"))).rejects.toMatchObject({ code: "no-catalogue" });
  rmSync(join(folder, "redis"), { recursive: true });
  await expect(run("check", folder)).rejects.toMatchObject({ code: "no-catalogue" });
});
