import { describe, expect, test } from "vitest";
import { hostType, memberType, serviceType } from "../schema/resource-types.js";
import { hostInput, memberInput, serviceInput } from "../testing/inputs.js";
import { type PropertyMap, secret, unknownValue } from "../wire/values.js";
import { parseDeclaration } from "./declaration.js";
import { diffResource } from "./diff.js";
import { renderDeclaration } from "./identity.js";
import { addExpected } from "./outputs.js";

const types = { host: hostType, member: memberType, service: serviceType };

/** Diff between two inputs of a resource that is healthy on its host, as `PATH KIND`, `!` for a replacement. */
function diff(kind: keyof typeof types, oldInputs: PropertyMap, newInputs: PropertyMap, outputs?: PropertyMap) {
  const { declaration } = parseDeclaration(kind, oldInputs);
  if (declaration === undefined) throw new Error("the old inputs are no declaration");
  const oldOutputs = outputs ?? addExpected(oldInputs, renderDeclaration(declaration));
  const { details, isLiveOnly } = diffResource({ type: types[kind], kind, oldInputs, newInputs, oldOutputs });
  const lines = [...details].map(([path, each]) => `${path} ${each.kind}${each.isReplacement ? "!" : ""}`);
  return { lines, isLiveOnly };
}

const changed = (change: PropertyMap) => diff("service", serviceInput, { ...serviceInput, ...change });

describe("a service", () => {
  test("without a change differs in nothing", () => {
    expect(changed({}).lines).toEqual([]);
  });

  test("written differently, meaning the same, differs in nothing", () => {
    const host = { ...hostInput, port: 22, user: "root", ram: "2048MiB" };
    expect(changed({ ram: "131072KiB", ports: { web: "8080:8080" }, pidsLimit: 512, host }).lines).toEqual([]);
  });

  test.each([
    [{ image: "registry.allmende.test/static-site:2" }, ["image update"]],
    [{ environment: { LANG: "C.UTF-8", TZ: "UTC" } }, ["environment.LANG update", "environment.TZ add"]],
    [{ ports: { web: 8081 } }, ["ports.web update"]],
    [{ name: "other" }, ["name update!"]],
    [{ member: { name: "bert", number: 7 } }, ["member.name update!", "member.number update!"]],
    [{ host: { ...hostInput, name: "web2" } }, ["host.name update!"]],
    [{ host: { ...hostInput, address: "10.0.0.1", port: 2222 } }, ["host.address update", "host.port add"]],
    [{ deleteData: true }, ["deleteData add"]],
  ])("%j", (change, lines) => {
    expect(changed(change as PropertyMap).lines).toEqual(lines);
  });

  test("is only resized when RAM alone differs", () => {
    expect(changed({ ram: "256MiB" })).toEqual({ lines: ["ram update"], isLiveOnly: true });
    expect(changed({ ram: "256MiB", deleteData: true }).isLiveOnly).toBe(true);
    expect(changed({ ram: "256MiB", pidsLimit: 600 }).isLiveOnly).toBe(false);
    expect(changed({ deleteData: true }).isLiveOnly).toBe(false);
  });

  test("with a value that is not known yet differs there", () => {
    expect(changed({ image: unknownValue }).lines).toEqual(["image update"]);
  });

  test("whose value becomes a secret is written to the state anew", () => {
    expect(changed({ environment: secret({ LANG: "de_DE.UTF-8" }) }).lines).toEqual(["environment update"]);
  });

  test("that was imported knows its secrets by what they render to", () => {
    const withSecret = { ...serviceInput, secrets: { KEY: secret("canary") } };
    const { declaration } = parseDeclaration("service", withSecret);
    if (declaration === undefined) throw new Error("no declaration");
    const there = addExpected(serviceInput, renderDeclaration(declaration));
    expect(diff("service", serviceInput, withSecret, there).lines).toEqual([]);
    const other = { ...serviceInput, secrets: { KEY: secret("another") } };
    expect(diff("service", serviceInput, other, there).lines).toContain("secrets add");
  });
});

describe("drift", () => {
  const outputs = () => {
    const { declaration } = parseDeclaration("service", serviceInput);
    if (declaration === undefined) throw new Error("no declaration");
    return addExpected(serviceInput, renderDeclaration(declaration)) as { digests: PropertyMap; live: PropertyMap };
  };
  const drifted = (live: PropertyMap, digests: PropertyMap = {}) => {
    const { digests: own, live: alive, ...rest } = outputs();
    const real = { ...rest, digests: { ...own, ...digests }, live: { ...alive, ...live } };
    return diff("service", serviceInput, serviceInput, real as PropertyMap).lines;
  };
  const unit = "/etc/containers/systemd/users/21042/anna-blog.container";

  test("names the file", () => {
    expect(drifted({}, { [unit]: "absent" })).toEqual([`digests["${unit}"] add`]);
    expect(drifted({}, { [unit]: "sha256:00" })).toEqual([`digests["${unit}"] update`]);
    expect(drifted({}, { "/etc/subuid": "sha256:00" })).toEqual([`digests["/etc/subuid"] update`]);
  });

  test("names the limit", () => {
    expect(drifted({ memoryMaxBytes: -1 })).toEqual(["live.memoryMaxBytes update"]);
    expect(drifted({ dropIns: ["/etc/x.conf"] })).toEqual(["live.dropIns delete"]);
    expect(drifted({ stale: true })).toEqual(["live.stale delete"]);
  });

  test("of a stopped service is that it is stopped, not that it has no limits", () => {
    expect(drifted({ active: false, memoryMaxBytes: -1 })).toEqual(["live.active update"]);
  });
});

test("a host is never replaced for the way it is reached", () => {
  const { ram: _, ...host } = hostInput;
  const now = { ...host, address: "elsewhere", user: "hostmaster", reserve: "256MiB" };
  expect(diff("host", hostInput, now).lines).toEqual(["address update", "reserve update", "user add", "ram delete"]);
  expect(diff("host", hostInput, { ...hostInput, name: "web2" }).lines).toEqual(["name update!"]);
});

test("a host with other labels only has them recorded", () => {
  const labels = { stage: "test", role: "web" };
  expect(diff("host", { ...hostInput, labels }, { ...hostInput, labels: { ...labels } }).lines).toEqual([]);
  const lines = ["labels.stage update", "labels.role delete"];
  expect(diff("host", { ...hostInput, labels }, { ...hostInput, labels: { stage: "production" } }).lines).toEqual(
    lines,
  );
});

test("a member with another address, language and key only has them recorded", () => {
  const ageRecipient = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
  const asked = { ...memberInput, email: "anna@example.org", language: "de", ageRecipient };
  expect(diff("member", asked, { ...memberInput, email: "a@example.org" }).lines).toEqual([
    "email update",
    "language delete",
    "ageRecipient delete",
  ]);
});

test("a member with another number is another account", () => {
  expect(diff("member", memberInput, { ...memberInput, number: 7 }).lines).toEqual(["number update!"]);
});
