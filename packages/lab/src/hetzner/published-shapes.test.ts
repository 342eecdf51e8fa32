import { readFileSync } from "node:fs";
import { beforeAll, expect, it } from "vitest";
import { writtenApi } from "./testing.js";

/** An object's shape is its keys, a list's is one shape in brackets, anything else is "value"; a key with "?" may be missing. */
type Shape = "value" | readonly [Shape] | { readonly [key: string]: Shape };

/** Of Hetzner's own Go client: see hcloud-plugin/shapes. */
const published: Readonly<Record<string, Shape>> = JSON.parse(
  readFileSync(new URL("published-shapes.json", import.meta.url), "utf8"),
);

/** Where an answer differs from a shape: `+path` is unknown to it, `-path` is missing. Nothing can be said of null. */
function compare(answer: unknown, shape: Shape, path = ""): string[] {
  if (answer === null || answer === undefined || shape === "value") return [];
  if (isList(shape)) {
    if (!Array.isArray(answer)) return [`${path}: no list`];
    return [...new Set(answer.flatMap((entry) => compare(entry, shape[0], `${path}[]`)))];
  }
  if (typeof answer !== "object" || Array.isArray(answer)) return [`${path}: no object`];
  const entries = Object.entries(answer);
  const known = new Map(Object.entries(shape).map(([key, inner]) => [key.replace(/\?$/, ""), inner]));
  const missing = Object.keys(shape).filter((key) => !key.endsWith("?") && !(key in answer));
  return [
    ...missing.map((key) => `-${path}.${key}`),
    ...entries.flatMap(([key, value]) => {
      const inner = known.get(key);
      return inner === undefined ? [`+${path}.${key}`] : compare(value, inner, `${path}.${key}`);
    }),
  ];
}

const isList = (shape: Shape): shape is readonly [Shape] => Array.isArray(shape);

const world = writtenApi();
const made = new Map<string, unknown>();

/** One of everything, with all that it can have. */
beforeAll(async () => {
  const make = async (kind: string, body: object) => {
    const answer = await world.ask("POST", `/${kind}`, body);
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    await world.actions.settle();
    return answer.body;
  };
  const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFLaABh3Oo97Dc7nNUQUz0xIfUJXB18IfWIE7EOSrq4e";
  await make("ssh_keys", { name: "anna", public_key: key });
  const { placement_group: group } = await make("placement_groups", { name: "apart", type: "spread" });
  const subnets = [{ type: "cloud", ip_range: "10.0.0.0/24", network_zone: "eu-central" }];
  const { network } = await make("networks", { name: "private", ip_range: "10.0.0.0/16", subnets });
  const rules = [{ direction: "in", protocol: "tcp", port: "22", source_ips: ["203.0.113.7/32"], destination_ips: [] }];
  const { firewall } = await make("firewalls", { name: "web", rules });
  await make("primary_ips", { name: "spare", type: "ipv4", location: "fsn1", assignee_type: "server" });
  const server = await make("servers", {
    name: "web3",
    server_type: "cx23",
    image: "debian-13",
    location: "fsn1",
    ssh_keys: ["anna"],
    placement_group: group.id,
    networks: [network.id],
    firewalls: [{ firewall: firewall.id }],
    labels: { role: "host" },
  });
  made.set("new server", server);
  made.set("new volume", await make("volumes", { name: "data", size: 10, server: server.server.id, format: "ext4" }));
});

const lists = [
  ...["actions", "datacenters", "firewalls", "images", "locations", "networks", "placement_groups"],
  ...["primary_ips", "server_types", "servers", "ssh_keys", "volumes"],
];

it.each(lists)("answers with %s as Hetzner publishes them", async (kind) => {
  const { body } = await world.ask("GET", `/${kind}`);
  const { meta, ...rest } = body;
  expect(rest[kind].length).toBeGreaterThan(0);
  expect(compare(rest, published[kind] as Shape)).toEqual([]);
  expect(compare({ meta }, published["meta"] as Shape)).toEqual([]);
});

it.each(["firewalls", "networks", "placement_groups", "primary_ips", "servers", "ssh_keys", "volumes"])(
  "answers with one of %s as Hetzner publishes it",
  async (kind) => {
    const { body } = await world.ask("GET", `/${kind}`);
    const one = await world.ask("GET", `/${kind}/${body[kind][0].id}`);
    expect(compare(one.body, published[kind.replace(/s$/, "")] as Shape)).toEqual([]);
  },
);

it.each(["new server", "new volume"])("answers with a %s as Hetzner publishes it", (kind) => {
  expect(compare(made.get(kind), published[kind] as Shape)).toEqual([]);
});

it("tells prices and errors as Hetzner publishes them", async () => {
  const pricing = compare((await world.ask("GET", "/pricing")).body, published["pricing"] as Shape);
  // Prices are by location; the client keeps a field from when they were by datacenter.
  expect(pricing).toEqual(["-.pricing.primary_ips[].prices[].datacenter"]);
  const refused = await world.ask("POST", "/servers", { name: "web4" });
  expect(refused.status).toBeGreaterThanOrEqual(400);
  expect(compare(refused.body, published["error"] as Shape)).toEqual([]);
});
