import { describe, expect, it } from "vitest";
import { writtenApi } from "./testing.js";

const publicKey = (seed: string) => {
  const name = "ssh-ed25519";
  const bytes = Buffer.concat([Buffer.from([0, 0, 0, name.length]), Buffer.from(name), Buffer.from(seed)]);
  return `${name} ${bytes.toString("base64")} somebody`;
};

describe("who asks", () => {
  it("needs a token that is known", async () => {
    const { ask } = writtenApi();
    const { status, body } = await ask("GET", "/servers", undefined, "wrong");
    expect([status, body.error.code]).toEqual([401, "unauthorized"]);
  });

  it("sees nothing of another project, and may use the same names", async () => {
    const { ask } = writtenApi();
    const { body } = await ask("POST", "/ssh_keys", { name: "key", public_key: publicKey("a") });
    expect((await ask("GET", "/ssh_keys", undefined, "second")).body.ssh_keys).toEqual([]);
    expect((await ask("GET", `/ssh_keys/${body.ssh_key.id}`, undefined, "second")).status).toBe(404);
    expect((await ask("POST", "/ssh_keys", { name: "key", public_key: publicKey("a") }, "second")).status).toBe(201);
  });

  it("is told how many requests are left, and is refused for a while when that is ordered", async () => {
    const { ask, faults } = writtenApi();
    const first = (await ask("GET", "/servers")).headers;
    expect(first.get("ratelimit-limit")).toBe("3600");
    expect(Number((await ask("GET", "/servers")).headers.get("ratelimit-remaining"))).toBeLessThan(
      Number(first.get("ratelimit-remaining")),
    );
    faults.limitRate(60_000);
    const { status, body } = await ask("GET", "/servers");
    expect([status, body.error.code]).toEqual([429, "rate_limit_exceeded"]);
    faults.clear();
    expect((await ask("GET", "/servers")).status).toBe(200);
  });
});

describe("lists", () => {
  it("come in pages, at most 50 at a time, and can be filtered and sorted", async () => {
    const { ask } = writtenApi();
    for (let number = 0; number < 60; number += 1)
      await ask("POST", "/placement_groups", {
        name: `g${number}`,
        type: "spread",
        labels: number % 2 === 0 ? { even: "" } : {},
      });
    const { body } = await ask("GET", "/placement_groups?page=2&per_page=100");
    expect(body.placement_groups).toHaveLength(10);
    expect(body.meta.pagination).toEqual({
      page: 2,
      per_page: 50,
      previous_page: 1,
      next_page: null,
      last_page: 2,
      total_entries: 60,
    });
    expect((await ask("GET", "/placement_groups")).body.placement_groups).toHaveLength(25);
    expect((await ask("GET", "/placement_groups?name=g7")).body.meta.pagination.total_entries).toBe(1);
    expect((await ask("GET", "/placement_groups?label_selector=even")).body.meta.pagination.total_entries).toBe(30);
    expect(
      (await ask("GET", "/placement_groups?label_selector=!even,even!=x")).body.meta.pagination.total_entries,
    ).toBe(30);
    const names = (await ask("GET", "/placement_groups?sort=id:desc")).body.placement_groups;
    expect(names[0].name).toBe("g59");
    expect((await ask("GET", "/placement_groups?page=0")).body.error.code).toBe("invalid_input");
  });
});

describe("bodies", () => {
  it("are refused with the field that is wrong, unknown ones too", async () => {
    const { ask } = writtenApi();
    for (const [body, field] of [
      [{ name: "x", type: "spread", colour: "red" }, "colour"],
      [{ name: "x", type: "cluster" }, "type"],
      [{ type: "spread" }, "name"],
      [{ name: "x", type: "spread", labels: { "-": "x" } }, "labels"],
    ] as const) {
      const answer = await ask("POST", "/placement_groups", body);
      expect([answer.status, answer.body.error.code]).toEqual([422, "invalid_input"]);
      expect(answer.body.error.details.fields[0].name).toContain(field);
    }
    expect((await ask("POST", "/placement_groups", "{")).body.error.code).toBe("json_error");
  });
});

describe("SSH keys", () => {
  it("are unique by name and by key, and have their MD5 as fingerprint", async () => {
    const { ask } = writtenApi();
    const { status, body } = await ask("POST", "/ssh_keys", { name: "key", public_key: publicKey("a") });
    expect(status).toBe(201);
    expect(body.ssh_key.fingerprint).toMatch(/^([0-9a-f]{2}:){15}[0-9a-f]{2}$/);
    for (const other of [
      { name: "key", public_key: publicKey("b") },
      { name: "other", public_key: publicKey("a") },
    ])
      expect((await ask("POST", "/ssh_keys", other)).body.error.code).toBe("uniqueness_error");
    expect((await ask("POST", "/ssh_keys", { name: "bad", public_key: "ssh-rsa AAAA" })).status).toBe(422);
    const found = await ask("GET", `/ssh_keys?fingerprint=${body.ssh_key.fingerprint}`);
    expect(found.body.ssh_keys.map(({ name }: { name: string }) => name)).toEqual(["key"]);
    expect((await ask("PUT", `/ssh_keys/${body.ssh_key.id}`, { name: "new" })).body.ssh_key.name).toBe("new");
    expect((await ask("DELETE", `/ssh_keys/${body.ssh_key.id}`)).status).toBe(204);
    expect((await ask("GET", `/ssh_keys/${body.ssh_key.id}`)).body.error.code).toBe("not_found");
  });
});

describe("networks", () => {
  it("hold subnets that lie inside and do not overlap", async () => {
    const { ask, actions } = writtenApi();
    const { body } = await ask("POST", "/networks", { name: "net", ip_range: "10.0.0.0/16" });
    const subnet = (ipRange: string) =>
      ask("POST", `/networks/${body.network.id}/actions/add_subnet`, {
        type: "cloud",
        network_zone: "eu-central",
        ip_range: ipRange,
      });
    expect((await subnet("10.0.1.0/24")).status).toBe(201);
    await actions.settle();
    expect((await subnet("10.1.0.0/24")).body.error.code).toBe("invalid_input");
    expect((await subnet("10.0.1.0/24")).body.error.code).toBe("invalid_input");
    expect((await ask("POST", "/networks", { name: "bad", ip_range: "10.0.0.1/16" })).status).toBe(422);
    const shown = (await ask("GET", `/networks/${body.network.id}`)).body.network;
    expect(shown.subnets).toMatchObject([{ ip_range: "10.0.1.0/24", gateway: "10.0.0.1" }]);
  });
});

describe("firewalls", () => {
  it("take rules that make sense, and are kept while they are applied", async () => {
    const { ask } = writtenApi();
    const rule = { direction: "in", protocol: "tcp", port: "22", source_ips: ["192.0.2.0/24"] };
    const { body, status } = await ask("POST", "/firewalls", { name: "web", rules: [rule] });
    expect([status, body.firewall.rules[0].port]).toEqual([201, "22"]);
    for (const bad of [
      { ...rule, port: undefined },
      { ...rule, protocol: "icmp" },
      { ...rule, source_ips: [] },
      { ...rule, source_ips: ["host"] },
    ])
      expect((await ask("POST", "/firewalls", { name: "bad", rules: [bad] })).body.error.code).toBe("invalid_input");
    const url = `/firewalls/${body.firewall.id}`;
    const selector = [{ type: "label_selector", label_selector: { selector: "role=web" } }];
    expect((await ask("POST", `${url}/actions/apply_to_resources`, { apply_to: selector })).status).toBe(201);
    expect((await ask("DELETE", url)).body.error.code).toBe("resource_in_use");
    await ask("POST", `${url}/actions/remove_from_resources`, { remove_from: selector });
    expect((await ask("DELETE", url)).status).toBe(204);
  });
});

describe("the catalogue", () => {
  it("is found by name, and says what is sold out", async () => {
    const { ask, faults } = writtenApi();
    const [type] = (await ask("GET", "/server_types?name=cx32")).body.server_types;
    expect(type).toMatchObject({ memory: 2, cores: 4, architecture: "x86" });
    faults.sellOut("cx32", "fsn1");
    const [place] = (await ask("GET", "/datacenters?name=fsn1-dc14")).body.datacenters;
    expect(place.server_types.supported).toContain(type.id);
    expect(place.server_types.available).not.toContain(type.id);
    expect((await ask("GET", "/images?name=debian-13&architecture=x86")).body.images).toHaveLength(1);
    const { pricing } = (await ask("GET", "/pricing")).body;
    expect(pricing.server_types.map(({ name }: { name: string }) => name)).toContain("cx32");
  });
});
