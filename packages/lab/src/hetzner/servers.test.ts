import { describe, expect, it } from "vitest";
import { type Answer, writtenApi } from "./testing.js";

const server = { name: "web3", server_type: "cx32", image: "debian-13", location: "fsn1" };

/** An API with one server that is ready. */
async function withServer(more: object = {}) {
  const world = writtenApi({ servers: 2 });
  const created = await world.ask("POST", "/servers", { ...server, ...more });
  await world.actions.settle();
  const url = `/servers/${created.body.server?.id}`;
  const show = async () => (await world.ask("GET", url)).body.server;
  const act = async (name: string, body?: object): Promise<Answer> => {
    const answer = await world.ask("POST", `${url}/actions/${name}`, body);
    await world.actions.settle();
    return answer;
  };
  return { ...world, created, url, show, act, machine: `server-${created.body.server?.id}` };
}

describe("creating a server", () => {
  it("takes time: the answer shows it locked, its actions end, and then it runs", async () => {
    const { ask, actions, driver } = writtenApi();
    const { status, body } = await ask("POST", "/servers", { ...server, user_data: "#cloud-config\n" });
    expect(status).toBe(201);
    expect(body.server).toMatchObject({ status: "initializing", locked: true });
    expect(body.action).toMatchObject({ command: "create_server", status: "running", finished: null });
    expect(body.next_actions.map(({ command }: { command: string }) => command)).toEqual(["start_server"]);
    expect((await ask("DELETE", `/servers/${body.server.id}`)).body.error.code).toBe("locked");
    await actions.settle();
    const { body: polled } = await ask("GET", `/actions?id=${body.action.id}&id=${body.next_actions[0].id}`);
    expect(polled.actions.map(({ status }: { status: string }) => status)).toEqual(["success", "success"]);
    const shown = (await ask("GET", `/servers/${body.server.id}`)).body.server;
    expect(shown).toMatchObject({ status: "running", locked: false });
    expect(shown.public_net.ipv4.ip).toBe("127.77.0.111");
    expect(driver.specs.get(`server-${body.server.id}`)).toMatchObject({ ramMiB: 2048, userData: "#cloud-config\n" });
  });

  it.each([
    [{ name: "under_score" }, "invalid_input", "name"],
    [{ server_type: "cx99" }, "invalid_input", "server_type"],
    [{ image: "debian-99" }, "invalid_input", "image"],
    [{ location: "mars1" }, "invalid_input", "location"],
    [{ ssh_keys: ["nobody"] }, "invalid_input", "ssh_keys"],
    [{ user_data: "ü".repeat(17_000) }, "invalid_input", "user_data"],
    [{ flavour: "warm" }, "invalid_input", "flavour"],
  ])("refuses %j", async (bad, code, field) => {
    const { ask } = writtenApi();
    const { body } = await ask("POST", "/servers", { ...server, ...bad });
    expect(body.error).toMatchObject({ code, details: { fields: [{ name: field }] } });
    expect((await ask("GET", "/servers")).body.servers).toEqual([]);
    expect((await ask("GET", "/primary_ips")).body.primary_ips).toEqual([]);
  });

  it("refuses a name that is taken, one too many, and a type that is sold out", async () => {
    const { ask, faults } = await withServer();
    const code = async (body: object) => (await ask("POST", "/servers", { ...server, ...body })).body.error?.code;
    expect(await code({})).toBe("uniqueness_error");
    faults.sellOut("cx32");
    expect(await code({ name: "web4" })).toBe("resource_unavailable");
    faults.restock("cx32");
    expect(await code({ name: "web4" })).toBeUndefined();
    expect(await code({ name: "web5" })).toBe("resource_limit_exceeded");
  });

  it("leaves nothing when making it fails, and a server that is off when starting it fails", async () => {
    const { ask, actions, faults } = writtenApi();
    faults.failNextAction("create_server", "no host has room");
    const first = (await ask("POST", "/servers", server)).body;
    await actions.settle();
    expect((await ask("GET", `/actions/${first.action.id}`)).body.action).toMatchObject({
      status: "error",
      error: { code: "action_failed", message: "no host has room" },
    });
    expect((await ask("GET", `/servers/${first.server.id}`)).status).toBe(404);
    expect((await ask("GET", "/primary_ips")).body.primary_ips).toEqual([]);
    faults.failNextAction("start_server");
    const second = (await ask("POST", "/servers", server)).body;
    await actions.settle();
    expect((await ask("GET", `/servers/${second.server.id}`)).body.server.status).toBe("off");
  });
});

describe("a server", () => {
  it("changes its type only while it is off, and is started by that with the memory of the new one", async () => {
    const { act, show, driver, machine } = await withServer();
    const bigger = { server_type: "cx42", upgrade_disk: false };
    expect((await act("change_type", bigger)).body.error.code).toBe("server_not_stopped");
    await act("poweroff");
    expect((await show()).status).toBe("off");
    expect((await act("change_type", bigger)).status).toBe(201);
    expect(await show()).toMatchObject({ status: "running", server_type: { name: "cx42" }, primary_disk_size: 80 });
    expect(driver.ramMiB.get(machine)).toBe(3072);
  });

  it("is neither deleted nor rebuilt while it is protected", async () => {
    const { ask, act, url, actions, driver } = await withServer();
    expect((await act("change_protection", { delete: true })).body.error.code).toBe("invalid_input");
    await act("change_protection", { delete: true, rebuild: true });
    expect((await ask("DELETE", url)).body.error.code).toBe("protected");
    expect((await act("rebuild", { image: "debian-13" })).body.error.code).toBe("protected");
    await act("change_protection", { delete: false, rebuild: false });
    expect((await ask("DELETE", url)).body.action.command).toBe("delete_server");
    await actions.settle();
    expect((await ask("GET", url)).status).toBe(404);
    expect(driver.specs.size).toBe(0);
  });

  it("shows that it switched itself off", async () => {
    const { driver, machine, show } = await withServer();
    driver.running.delete(machine);
    expect((await show()).status).toBe("off");
  });

  it("keeps an address that was made before it, which outlives it", async () => {
    const world = writtenApi();
    const { body } = await world.ask("POST", "/primary_ips", {
      name: "ip",
      type: "ipv4",
      assignee_type: "server",
      location: "fsn1",
    });
    const ip = body.primary_ip;
    const made = await world.ask("POST", "/servers", {
      ...server,
      public_net: { enable_ipv4: true, ipv4: ip.id, enable_ipv6: false },
    });
    await world.actions.settle();
    expect(made.body.server.public_net).toMatchObject({ ipv4: { ip: ip.ip }, ipv6: null });
    expect((await world.ask("DELETE", `/primary_ips/${ip.id}`)).body.error.code).toBe("must_be_unassigned");
    await world.ask("DELETE", `/servers/${made.body.server.id}`);
    await world.actions.settle();
    expect((await world.ask("GET", `/primary_ips/${ip.id}`)).body.primary_ip.assignee_id).toBeNull();
  });

  it("gets the next free address of a network, and is listed there", async () => {
    const world = writtenApi();
    const { body } = await world.ask("POST", "/networks", {
      name: "net",
      ip_range: "10.0.0.0/16",
      subnets: [{ type: "cloud", network_zone: "eu-central", ip_range: "10.0.1.0/24" }],
    });
    const made = await world.ask("POST", "/servers", { ...server, networks: [body.network.id] });
    await world.actions.settle();
    expect(made.body.server.private_net).toMatchObject([{ network: body.network.id, ip: "10.0.1.2" }]);
    const url = `/networks/${body.network.id}`;
    expect((await world.ask("GET", url)).body.network.servers).toEqual([made.body.server.id]);
    expect((await world.ask("DELETE", url)).body.error.code).toBe("resource_in_use");
  });
});

describe("volumes", () => {
  it("are attached to one server at a time, only grow, and are not deleted while in use", async () => {
    const { ask, actions, driver, created, machine, show } = await withServer();
    const { body } = await ask("POST", "/volumes", {
      name: "data",
      size: 10,
      server: created.body.server.id,
      format: "ext4",
    });
    expect(body.volume.linux_device).toBe(`/dev/disk/by-id/scsi-0HC_Volume_${body.volume.id}`);
    await actions.settle();
    const url = `/volumes/${body.volume.id}`;
    expect((await show()).volumes).toEqual([body.volume.id]);
    expect(driver.volumes.get(body.volume.id)).toEqual({ sizeGB: 10, machine });
    const code = async (action: string, more: object) =>
      (await ask("POST", `${url}/actions/${action}`, more)).body.error?.code;
    expect(await code("attach", { server: created.body.server.id })).toBe("volume_already_attached");
    expect(await code("resize", { size: 10 })).toBe("invalid_input");
    expect((await ask("DELETE", url)).body.error.code).toBe("resource_in_use");
    expect(await code("resize", { size: 20 })).toBeUndefined();
    await actions.settle();
    expect(await code("detach", {})).toBeUndefined();
    await actions.settle();
    expect((await ask("DELETE", url)).status).toBe(204);
    expect(driver.volumes.size).toBe(0);
  });
});

describe("a new process", () => {
  it("goes on with what the last one knew, and fails what was under way", async () => {
    const { ask, path, actions } = await withServer();
    const { body } = await ask("POST", "/servers", { ...server, name: "web4" });
    const next = writtenApi({}, path);
    expect((await next.ask("GET", "/servers?name=web3")).body.servers).toHaveLength(1);
    expect((await next.ask("GET", `/actions/${body.action.id}`)).body.action.status).toBe("error");
    await actions.settle();
  });
});

describe("an answer that never comes", () => {
  it("is ordered for one request, whose work may be done all the same", async () => {
    const { api, ask, faults, actions } = writtenApi();
    faults.silenceNext("POST", /\/servers$/, "work");
    const silent = api.request("/v1/servers", {
      method: "POST",
      headers: { authorization: "Bearer first" },
      body: JSON.stringify(server),
    });
    const timeout = new Promise((resolve) => setTimeout(() => resolve("silence"), 300));
    expect(await Promise.race([silent, timeout])).toBe("silence");
    await actions.settle();
    expect((await ask("GET", "/servers?name=web3")).body.servers).toHaveLength(1);
  });
});
