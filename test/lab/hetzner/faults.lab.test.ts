import { readFileSync } from "node:fs";
import { type HetznerApi, hcloudPlugin, type Lab, startHetznerApi } from "@allmende/lab";
import { execa } from "execa";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { keepServersEvidence } from "../support/hetzner-evidence.js";
import { HetznerStack, startHetznerLab } from "../support/hetzner-stack.js";
import { until } from "../support/test-lab.js";
import { failuresOf, type StackRun } from "../support/test-stack.js";

let lab: Lab;
let api: HetznerApi;
let stack: HetznerStack;

/** One small host with a service is enough to fail on. */
beforeAll(async () => {
  lab = await startHetznerLab("faults", 7);
  api = await startHetznerApi(lab);
  stack = new HetznerStack("faults", { lab, api, plugin: await hcloudPlugin() });
  stack.hosts((hosts) => delete hosts["web1"]);
  for (const path of ["services/anna-blog", "members/anna"]) stack.remove(path);
}, 1_800_000);
beforeEach(() => {
  keepServersEvidence(lab, api, stack);
  api.faults.clear();
});
afterAll(async () => {
  await api?.close();
  await lab?.down();
});

const failed = (run: StackRun) => run.steps.filter((step) => step.failed).map(({ name }) => name);
const statusOf = async (name: string) => {
  const headers = { authorization: `Bearer ${api.token}` };
  const response = await fetch(`${api.endpoint}/servers?name=${name}`, { headers });
  const { servers } = (await response.json()) as { servers: { id: number; status: string }[] };
  return servers[0];
};
/** As a hostmaster would in the project's console. */
const inConsole = async (method: string, path: string) => {
  const headers = { authorization: `Bearer ${api.token}` };
  const response = await fetch(`${api.endpoint}${path}`, { method, headers });
  expect(response.status).toBeLessThan(300);
};
const runHetzner = async (type: string) => {
  stack.hosts(({ web2 }) => Object.assign(web2?.hetzner ?? {}, { serverType: type }));
  return await stack.up();
};

describe("a server that cannot be had", () => {
  test("since its type is sold out is named, with what helps", async () => {
    api.faults.sellOut("cx23");
    const run = await stack.up();
    expect(failed(run)).toEqual(["web2"]);
    expect(failuresOf(run)).toMatch(/cx23 is sold out in fsn1 .*try again later, or choose another server type/);
    expect(api.servers()).toEqual([]);
  });

  test("since its creation failed and was taken back is made by the next run", async () => {
    api.faults.failNextAction("create_server");
    const run = await stack.up();
    expect(failed(run)).toEqual(["web2"]);
    expect(api.servers()).toEqual([]);
    // Whose host key is another one: the same server serves the next part.
    api.faults.swapNextHostKey();
    const next = await stack.up();
    expect(api.servers()).toHaveLength(1);
    expect(failuresOf(next)).toContain("is not the pinned one");
  });
});

test("a server that answers with another host key than was given to it gets nothing", async () => {
  const run = await stack.up();
  expect(failed(run)).toEqual(["web2"]);
  expect(failuresOf(run)).toMatch(/The host key of 127\.\S+ is not the pinned one\. Nothing was sent\./);
  const logins = await stack.on("web2", "journalctl", "--boot", "--no-pager", "_COMM=sshd-session");
  // This look is the only login that there ever was.
  expect(logins.stdout.match(/Accepted/g)).toHaveLength(1);
  expect((await stack.on("web2", "test", "-e", "/var/lib/allmende")).exitCode).toBe(1);
  // It is of no worth: away with it.
  const { id } = (await statusOf("web2")) ?? {};
  stack.hosts(({ web2 }) => Object.assign(web2?.hetzner ?? {}, { protect: false }));
  await stack.up();
  await inConsole("DELETE", `/servers/${id}`);
  await until("it is gone", async () => (await statusOf("web2")) === undefined);
});

test("a plugin killed while it makes a server: the next run names what to do, and the one after goes on", async () => {
  await stack.run("refresh");
  // It is made, and the plugin never hears of it.
  api.faults.silenceNext("POST", /\/servers$/, "work");
  const run = stack.start("up", "--yes");
  await until("the server is there", async () => (await statusOf("web2")) !== undefined);
  const { stdout } = await execa("pgrep", ["-f", "^[^ ]*/pulumi-resource-hcloud [0-9.:]+$"]);
  const isOurs = (pid: string) => readFileSync(`/proc/${pid}/environ`, "utf8").includes(stack.directory);
  for (const pid of stdout.split("\n").filter(isOurs)) process.kill(Number(pid), "SIGKILL");
  expect((await run).exitCode).not.toBe(0);

  const next = await stack.up();
  expect(failed(next)).toEqual(["web2"]);
  expect(failuresOf(next)).toMatch(
    /already used \(uniqueness_error.*delete it in the project's console and run `allmende up` again/,
  );
  await inConsole("DELETE", `/servers/${(await statusOf("web2"))?.id}`);
  await until("it is gone", async () => (await statusOf("web2")) === undefined);
  expect(failuresOf(await stack.up())).toBe("");
  await until("the service answers", () => stack.answers("web2"));
});

describe("a resize", () => {
  test("to a type that is sold out says that the server is off; another type brings it back", async () => {
    api.faults.sellOut("cx33");
    const run = await runHetzner("cx33");
    expect(failed(run)).toEqual(["web2"]);
    expect(failuresOf(run)).toMatch(/sold out .*is switched off by now/);
    expect((await statusOf("web2"))?.status).toBe("off");
    api.faults.restock("cx33");
    expect(failuresOf(await runHetzner("cx33"))).toBe("");
    await until("the service answers", () => stack.answers("web2"));
  });

  test("whose action fails is told, and done by the next run", async () => {
    api.faults.failNextAction("change_server_type");
    const run = await runHetzner("cx43");
    expect(failed(run)).toEqual(["web2"]);
    expect(failuresOf(await stack.up())).toBe("");
    await until("the service answers", () => stack.answers("web2"));
  });

  test("waits while there are too many requests", async () => {
    api.faults.limitRate(3_000);
    stack.hosts(({ web2 }) => Object.assign(web2?.hetzner ?? {}, { backups: true }));
    expect(failuresOf(await stack.up())).toBe("");
    expect(readFileSync(api.logPath, "utf8")).toContain('"outcome":429');
    expect(await stack.answers("web2")).toBe(true);
  });
});

test("takes everything away at the end", async () => {
  stack.hosts(({ web2 }) => Object.assign(web2?.hetzner ?? {}, { protect: false }));
  await stack.up();
  expect(failuresOf(await stack.run("destroy", "--yes"))).toBe("");
  expect(api.servers()).toEqual([]);
});
