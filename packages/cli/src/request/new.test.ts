import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { requestNewCommand } from "../commands/request-new.js";
import type { Context } from "../context.js";
import { stylesFor } from "../output/style.js";
import { recordingContext } from "../testing.js";
import { memberInventory, writeInventoryFile } from "./testing/member-inventory.js";

/** `allmende request new ARGS --json`, with `given.yaml` beside the inventory. */
async function ask(given: string | Uint8Array | undefined, ...args: readonly string[]) {
  return await askIn(memberInventory(), given, ...args);
}

async function askIn(directory: string, given: string | Uint8Array | undefined, ...args: readonly string[]) {
  const file = join(directory, "given.txt");
  if (given !== undefined) writeInventoryFile(directory, "given.txt", given);
  const context = recordingContext();
  const from = given === undefined ? [] : ["--from", file];
  const command = requestNewCommand(context).exitOverride();
  await command.parseAsync(["-f", directory, "--lang", "en", "--json", ...from, ...args], { from: "user" });
  const document = JSON.parse(context.written.out);
  return { directory, document, written: existsSync(join(directory, "requests")) };
}

const all = `template: static-site
member: anna
service: anna-blog
host: web1
level: basic
values: { port: 8090, ram: 64MiB }
`;

it("takes all of a request from a file, and single values from options, which count more", async () => {
  const { document } = await ask(all, "--set", "port=8091", "--host", "web2");
  expect(document.ok).toBe(true);
  expect(parse(readFileSync(document.file, "utf8"))).toMatchObject({
    ...{ change: "create", service: "anna-blog", host: "web2", askedBy: "anna@example.org" },
    values: { port: 8091, ram: "64MiB" },
  });
});

it.each([
  ["a field that there is not", ["--set", "prot=8090"], "values.prot"],
  ["a value that its field refuses", ["--set", "port=80"], "values.port"],
  ["a path for a value", ["--set", "image=../../etc/passwd"], "values.image"],
  ["a name that would be a path", ["--service", "../anna"], "service"],
  ["more than a line", ["--set", "ram=64MiB\nhost: web2"], "values.ram"],
])("writes nothing for %s, and says where", async (_, args, path) => {
  const { document, written } = await ask(all, ...args);
  expect(document.findings.map((each: { path: string[] }) => each.path.join("."))).toContain(path);
  expect({ ok: document.ok, written }).toEqual({ ok: false, written: false });
});

it.each([
  ["anchors", "values: { port: &p 8090, ram: *p }\n", /anchors and aliases/],
  ["keys that stand there twice", "member: anna\nmember: ben\n", /Map keys must be unique/],
  ["a list", "- member: anna\n", /no keys of a request/],
  ["what is not UTF-8", Uint8Array.of(0x6d, 0xff), /not UTF-8/],
])("refuses a file with %s", async (_, given, message) => {
  await expect(ask(given, "static-site")).rejects.toThrow(message);
});

it("refuses a file that is not there, and a field without a value", async () => {
  await expect(ask(undefined, "static-site", "--from", "/nowhere/x.yaml")).rejects.toThrow(/no such file/);
  await expect(ask(undefined, "static-site", "--set", "port")).rejects.toThrow(/--set port lacks the = and a value/);
  await expect(ask(undefined, "static-site", "--set", "=8090")).rejects.toThrow(/names no field/);
});

it("refuses a change in which nothing is different", async () => {
  const directory = memberInventory();
  await askIn(directory, all);
  await expect(askIn(directory, undefined, "--change", "anna-blog")).rejects.toThrow(/nothing to ask for/);
  expect((await askIn(directory, undefined, "--change", "anna-blog", "--set", "ram=96MiB")).document.ok).toBe(true);
});

it("takes the member from the service, and says why one that no request made is not changed this way", async () => {
  const { document } = await ask(undefined, "--change", "ben-site", "--set", "ram=96MiB");
  expect(document.findings[0].message).toMatch(/"ben-site" was not requested but stands in services/);
  await expect(ask(undefined, "--end", "nothing")).rejects.toThrow(/no service "nothing" that was requested/);
});

it("says that there is no such member", async () => {
  await expect(ask(all, "--member", "ana")).rejects.toThrow('there is no member ana (did you mean "anna"?)');
});

/** As `ask`, for people. */
async function tell(...args: readonly string[]) {
  return await tellOn({}, ...args);
}

async function tellOn(terminal: Partial<Context["terminal"]>, ...args: readonly string[]) {
  const directory = memberInventory();
  writeInventoryFile(directory, "given.txt", all);
  const plain = recordingContext();
  const style = stylesFor(terminal.colors ?? false);
  const context = { ...plain, style, terminal: { ...plain.terminal, ...terminal } };
  const command = requestNewCommand(context).exitOverride();
  await command.parseAsync(["-f", directory, "--lang", "en", "--from", join(directory, "given.txt"), ...args], {
    from: "user",
  });
  return context.written;
}

it("names options, no file that is never written, and asks only for fields that there are", async () => {
  const typo = await tell("--set", "prot=8090");
  expect(typo.out).toContain("- `--set prot`: is no field of this template");
  expect(typo.out).not.toMatch(/requests\/|&#/);
  expect(typo.err).not.toContain("prot=…");
  const refused = await tell("--set", "port=80");
  expect(refused.out).toContain("- `--set port`: must be from 1024 to 65535");
  expect(refused.err).toContain("next: give --set port=…, or");
  expect(refused.out).not.toMatch(/per month|in effect/);
});

it("prints columns without Markdown on a terminal, colours only where it shows them, and Markdown where that is wanted", async () => {
  const { out } = await tellOn({ isTerminal: true });
  expect(out).toMatch(
    /^anna-blog \(new, anna\)\n\n {2}Service {4}Host {2}RAM before {2}RAM after\n {2}anna-blog {2}web1 {11}– {5}64 MiB\n\n/,
  );
  expect(out).toMatch(/^ {2}Price {4,}€0\.00 → €0\.35 per month$/m);
  expect(out).not.toMatch(/[`*|#]|^- |\[\d+m/m);
  expect((await tellOn({ isTerminal: true, colors: true })).out).toContain("\u001b[1manna-blog\u001b[22m");
  for (const { out: markdown } of [await tell(), await tellOn({ isTerminal: true }, "--markdown")])
    expect(markdown).toContain("| `anna-blog` | `web1` | – | 64 MiB |");
  const refused = await tellOn({ isTerminal: true }, "--set", "port=80");
  expect(refused.out).toMatch(/^This cannot be accepted yet:\n {2}--set port: must be from 1024 to 65535/);
});
