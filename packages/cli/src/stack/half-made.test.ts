import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findHalfMade } from "./half-made.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "allmende-half-made-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const stateOf = (...resources: object[]) => {
  const path = join(folder, "stack.json");
  writeFileSync(path, JSON.stringify({ checkpoint: { latest: { resources } } }));
  return path;
};

test("a server whose creation failed half way is looked for before the next run", () => {
  const server = {
    urn: "urn:pulumi:a::b::hcloud:index/server:Server::web1",
    type: "hcloud:index/server:Server",
    initErrors: ["start_server failed"],
  };
  expect(findHalfMade(stateOf({ type: "pulumi:pulumi:Stack" }, server))).toEqual([server.urn]);
});

test("a service that did not get healthy, or a state elsewhere, needs no look", () => {
  expect(findHalfMade(stateOf({ type: "allmende:index:Service", initErrors: ["unhealthy"] }))).toEqual([]);
  expect(findHalfMade(undefined)).toEqual([]);
  expect(findHalfMade(join(folder, "none.json"))).toEqual([]);
});
