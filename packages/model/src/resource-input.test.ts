import { expect, it } from "vitest";
import { parseMemberOnHost, parseServiceOnHost } from "./resource-input.js";
import { replaceSecretReferences, secretReferences } from "./secret-references.js";

const host = {
  name: "web1",
  address: "web1.test",
  hostKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFLaABh3Oo97Dc7nNUQUz0xIfUJXB18IfWIE7EOSrq4e",
  reserve: "512MiB",
};
const member = { name: "anna", number: 1042 };
const service = {
  name: "anna-blog",
  image: "registry.allmende.test/static-site:1",
  ram: "128MiB",
  ports: { web: 8080 },
  host,
  member,
};

it("reads a member and a service together with their host", () => {
  expect(parseMemberOnHost({ ...member, host })).toMatchObject({ ok: true, value: { host: { name: "web1" }, member } });
  expect(parseServiceOnHost(service)).toMatchObject({
    ok: true,
    value: { host: { name: "web1" }, member, service: { name: "anna-blog", member: "anna" } },
  });
});

it("gives findings paths from the resource's own inputs", () => {
  const parsed = parseServiceOnHost({
    ...service,
    ram: "1",
    host: { ...host, address: "a b" },
    member: { name: "root", number: 1 },
  });
  expect(parsed.ok ? [] : parsed.findings.map((finding) => finding.path.join("."))).toEqual([
    "host.address",
    "member.name",
    "ram",
  ]);
  const nothing = parseServiceOnHost(undefined);
  expect(nothing.ok ? [] : nothing.findings.map((finding) => finding.path.join("."))).toEqual([
    "host",
    "member",
    "name",
    "image",
    "ram",
  ]);
});

it("finds and replaces references to Pulumi's configuration, wherever they may stand", () => {
  const input = {
    name: "x",
    secrets: { A: { config: "a" }, B: { value: { config: "b" }, as: "file" }, C: "c" },
    registryLogin: { username: "u", password: { config: "p" } },
  };
  const before = structuredClone(input);
  expect(secretReferences(input)).toEqual([
    { path: ["secrets", "A"], config: "a" },
    { path: ["secrets", "B", "value"], config: "b" },
    { path: ["registryLogin", "password"], config: "p" },
  ]);
  expect(replaceSecretReferences(input, (config) => `${config}!`)).toEqual({
    name: "x",
    secrets: { A: "a!", B: { value: "b!", as: "file" }, C: "c" },
    registryLogin: { username: "u", password: "p!" },
  });
  expect(input).toEqual(before);
  expect(secretReferences(undefined)).toEqual([]);
});
