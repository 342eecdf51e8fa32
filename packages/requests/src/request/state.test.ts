import { expect, it } from "vitest";
import { type DeployedService, requestsThere } from "./deployed.js";
import { type RequestEvidence, stateOfRequest } from "./state.js";
import { type Asked, asOf, change, create, end, filesWith, inventoryAt, templates } from "./testing/site-requests.js";

const nowMs = asOf("2026-12-05T12:00Z");
const merged = asOf("2026-11-24T18:00Z");

/** anna-cache as the stack's state has it, with so much RAM. */
function running(mib: number): ReadonlyMap<string, DeployedService> {
  const service = { member: "anna", host: "web1", image: "docker.io/coop/site:1", ramBytes: mib * 2 ** 20 };
  return new Map([
    ["anna-cache", { ...service, ports: { web: { host: 8090, container: 8080, protocol: "tcp" as const } } }],
  ]);
}

/** `ID: STATE BY` of each, in the order of asking. */
function states(
  asked: Asked,
  deployed: RequestEvidence["deployed"],
  { at = nowMs, ...more }: Partial<RequestEvidence> & { readonly at?: number } = {},
) {
  const inventory = inventoryAt(asked, at);
  const there = requestsThere(filesWith(asked), inventory, { templates, nowMs: at, deployed });
  const evidence: RequestEvidence = {
    ...{ isMerged: true, isSound: true, isApproved: true, deployed, there, heldThen: new Set() },
    ...{ stateAtMs: undefined, mergedAtMs: merged, healthy: undefined, ...more },
  };
  return inventory.requests.map((request) => {
    const { state, endedBy } = stateOfRequest(request, inventory, evidence, at);
    return `${request.id}: ${[state, endedBy].filter((each) => each !== undefined).join(" by ")}`;
  });
}

const cache = create("anna-cache", "2026-11-28", "port: 8090");
const more = change("anna-cache", "2026-12-04", "ram: 96MiB");
const healthy = new Set(["anna-cache"]);

it("fails nothing that nobody has tried: not before its day came, and not what was held then", () => {
  const stateAtMs = asOf("2026-11-30T12:00Z");
  expect(states({ cache, more }, running(48), { stateAtMs })).toEqual(["cache: applied", "more: approved"]);
  expect(states({ cache, more }, running(48), { stateAtMs: asOf("2026-12-04T03:00Z") })).toEqual([
    "cache: applied",
    "more: failed",
  ]);
  expect(states({ cache }, new Map(), { stateAtMs })).toEqual(["cache: failed"]);
  expect(states({ cache }, new Map(), { stateAtMs, heldThen: new Set(["cache"]) })).toEqual(["cache: approved"]);
});

it("leaves what runs its own until what takes its place is in effect", () => {
  expect(states({ cache, more }, running(48), { healthy })).toEqual(["cache: healthy", "more: approved"]);
  expect(states({ cache, more }, running(96), { healthy })).toEqual(["cache: replaced by more", "more: healthy"]);
  expect(states({ cache, more }, running(48), { at: asOf("2026-12-03T12:00Z") })).toEqual([
    "cache: applied",
    "more: scheduled",
  ]);
  expect(states({ cache, more }, new Map())).toEqual(["cache: approved", "more: approved"]);
});

it("ends what was ended once it is gone", () => {
  const asked = { cache, more, end: end("anna-cache", "2026-12-05") };
  expect(states(asked, running(96), { healthy })).toEqual([
    "cache: replaced by more",
    "more: healthy",
    "end: approved",
  ]);
  expect(states(asked, new Map())).toEqual(["cache: ended by end", "more: ended by end", "end: ended"]);
  const again = { ...asked, again: create("anna-cache", "2026-12-05", "port: 8090, ram: 96MiB", "reverts: end\n") };
  expect(states(again, running(96))).toEqual([
    "cache: ended by end",
    "more: ended by end",
    "end: replaced by again",
    "again: applied",
  ]);
});
