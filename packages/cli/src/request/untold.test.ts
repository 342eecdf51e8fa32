import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DeployedService } from "@allmende/requests";
import { describe, expect, it, onTestFinished } from "vitest";
import type { StackFolder } from "../stack/folder.js";
import { loadRequested, readRequested } from "./requested.js";
import { memberInventory } from "./testing/member-inventory.js";
import { addUntold, isWanted, readUntold, writeUntold } from "./untold.js";

const nowMs = Date.parse("2026-11-24T12:00:00Z");
const name = "anna.anna-db.password";
const create = (date = "2026-11-23") =>
  `{ change: create, service: anna-db, member: anna, template: postgresql, host: web2, level: basic, askedBy: anna@example.org,
     askedAt: "2026-08-20T10:00:00Z", date: "${date}", values: {} }\n`;
const change = (date = "2026-11-24") =>
  `{ change: change, service: anna-db, member: anna, askedBy: anna@example.org, askedAt: "2026-08-21T10:00:00Z", date: "${date}", values: {} }\n`;
const end = `{ change: end, service: anna-db, member: anna, askedBy: anna@example.org, askedAt: "2026-08-22T10:00:00Z", date: "2026-11-24" }\n`;

function load(requests: Readonly<Record<string, string>>) {
  const files = Object.entries(requests).map(([id, text]) => [`requests/${id}.yaml`, text] as const);
  return loadRequested(readRequested(memberInventory(Object.fromEntries(files))), nowMs);
}

const there = (member = "anna") =>
  new Map<string, DeployedService>([["anna-db", { member, host: "web2", image: "x", ramBytes: 1, ports: {} }]]);

/** Which are untold when `due` are applied. */
function untold(
  requests: Readonly<Record<string, string>>,
  due: readonly string[],
  { known = [] as Parameters<typeof addUntold>[0], deployed = new Map<string, DeployedService>(), made = [name] } = {},
) {
  const inventory = load(requests);
  const rows = inventory.requests
    .filter(({ id }) => due.includes(id))
    .map((request) => ({ request, approval: undefined }));
  return addUntold(known, rows, { inventory, deployed, madeSecrets: made, nowMs });
}

describe("a request that creates", () => {
  it("is told with its secrets while its service is not there, also when these were made in a run that failed", () => {
    expect(untold({ one: create() }, ["one"])).toEqual([{ id: "one", secrets: [name] }]);
    expect(untold({ one: create("2026-09-01") }, ["one"], { made: [] })).toEqual([{ id: "one", secrets: [name] }]);
  });

  it("is not told again when its service is there, and its image changed", () => {
    expect(untold({ one: create() }, ["one"], { deployed: there(), made: [] })).toEqual([]);
  });

  it("is told when the service of that name was another member's", () => {
    expect(untold({ one: create() }, ["one"], { deployed: there("ben"), made: [] })).toHaveLength(1);
  });

  it("stays untold until it is told, also when it is not due any more", () => {
    const known = [{ id: "one", secrets: [name] }];
    expect(untold({ one: create() }, ["one"], { known, deployed: there(), made: [] })).toEqual(known);
    expect(untold({ one: create() }, [], { known, deployed: there(), made: [] })).toEqual(known);
    expect(untold({ two: create() }, [], { known, deployed: there(), made: [] })).toEqual([]);
  });
});

describe("a change", () => {
  const both = { one: create(), two: change() };

  it("is told without secrets where the service has them already", () => {
    expect(untold(both, ["two"], { deployed: there(), made: [] })).toEqual([{ id: "two", secrets: [] }]);
  });

  it("brings the secrets of a creation that failed, in its place", () => {
    const known = [{ id: "one", secrets: [name] }];
    expect(untold(both, ["two"], { known, made: [] })).toEqual([{ id: "two", secrets: [name] }]);
    expect(untold(both, ["two"], { made: [] })).toEqual([{ id: "two", secrets: [name] }]);
  });

  it("leaves them to the creation that is there and was not told", () => {
    const known = [{ id: "one", secrets: [name] }];
    const options = { known, deployed: there(), made: [] };
    expect(untold(both, ["two"], options)).toEqual([...known, { id: "two", secrets: [] }]);
  });

  it("brings what was made for it, and keeps that until it succeeds", () => {
    const known = untold(both, ["two"], { deployed: there() });
    expect(known).toEqual([{ id: "two", secrets: [name] }]);
    expect(untold(both, ["two"], { known, deployed: there(), made: [] })).toEqual(known);
  });

  it("of long ago is not told again when its image changes", () => {
    const old = { one: create("2026-09-01"), two: change("2026-09-02") };
    expect(untold(old, ["two"], { deployed: there(), made: [] })).toEqual([]);
  });
});

it("wants what the inventory says still: a creation that ended is none", () => {
  const wanted = (requests: Readonly<Record<string, string>>) => {
    const inventory = load(requests);
    return inventory.requests.filter((request) => isWanted(request, inventory)).map(({ id }) => id);
  };
  expect(wanted({ one: create(), two: change() })).toEqual(["one", "two"]);
  expect(wanted({ one: create(), three: end })).toEqual(["three"]);
});

it("is written whole, no file is made for nothing, and one that was cut off says what to do", () => {
  const directory = mkdtempSync(join(tmpdir(), "allmende-untold-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const folder = { directory, stack: "prod" } as StackFolder;
  writeUntold(folder, []);
  expect([existsSync(join(directory, ".state")), readUntold(folder)]).toEqual([false, []]);
  writeUntold(folder, [{ id: "one", secrets: [name] }]);
  expect(readUntold(folder)).toEqual([{ id: "one", secrets: [name] }]);
  writeUntold(folder, []);
  expect([readdirSync(join(directory, ".state")), readUntold(folder)]).toEqual([["untold-prod.json"], []]);
  writeFileSync(join(directory, ".state/untold-prod.json"), '[{"id": "on');
  expect(() => readUntold(folder)).toThrow(expect.objectContaining({ name: "UserError", code: "bad-untold" }));
});
