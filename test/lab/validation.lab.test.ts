import { inspectHost, type ResourceTree, renderMember, renderService, runTransaction } from "@allmende/host";
import type { Lab } from "@allmende/lab";
import { type MemberSpec, parseService } from "@allmende/model";
import { type SshConnection, SshPool } from "@allmende/ssh";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { keepEvidence, testLab } from "./support/test-lab.js";
import { registry } from "./support/test-stack.js";

const finn: MemberSpec = { name: "finn", number: 1220 };
const units = "/etc/containers/systemd/users/21220";
let lab: Lab;
let pool: SshPool;
let ssh: SshConnection;

beforeAll(async () => {
  lab = await testLab();
  const host = lab.hosts[0];
  if (host === undefined) throw new Error("the lab has no host");
  pool = new SshPool({ credentials: { privateKeyPath: host.privateKeyPath } });
  const { address, port, user, hostKey } = host;
  ssh = await pool.get({ address, port, user, hostKeys: [hostKey] });
  const { results } = await runTransaction(ssh, [{ kind: "put", tree: renderMember(finn) }]);
  expect(results.get("member/finn")?.state).not.toBe("failed");
});

afterAll(async () => {
  const removals = ["good", "bad"].map((name) => `service/finn/${name}` as const);
  const change = { kind: "remove", member: finn, deleteData: true } as const;
  await runTransaction(
    ssh,
    removals.map((id) => ({ ...change, id })),
  );
  await runTransaction(ssh, [{ ...change, id: "member/finn" }]);
  await pool.close();
});

/** A service of finn's whose Quadlet ends with some more lines, as if the compiler had a fault. */
function treeOf(name: string, moreLines = ""): ResourceTree {
  const image = `${registry}/static-site:1`;
  const parsed = parseService({ name, member: "finn", image, ram: "32MiB" });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.findings));
  const tree = renderService(parsed.value, finn);
  const files = tree.files.map((file) =>
    file.path.endsWith(".container") ? { ...file, content: `${file.content}${moreLines}` } : file,
  );
  return { ...tree, files };
}

test("a member and their first service come in one transaction", async () => {
  const nora: MemberSpec = { name: "nora", number: 1221 };
  const service = parseService({ name: "first", member: "nora", image: `${registry}/static-site:1`, ram: "32MiB" });
  if (!service.ok) throw new Error(JSON.stringify(service.findings));
  const { results } = await runTransaction(ssh, [
    { kind: "put", tree: renderMember(nora) },
    { kind: "put", tree: renderService(service.value, nora) },
  ]);
  expect([...results.values()].map(({ state }) => state)).toEqual(["applied", "applied"]);
  const gone = { kind: "remove", member: nora, deleteData: true } as const;
  await runTransaction(ssh, [{ ...gone, id: "service/nora/first" }]);
  await runTransaction(ssh, [{ ...gone, id: "member/nora" }]);
});

describe("what the programs that read a unit refuse is never swapped in", () => {
  beforeEach(() => keepEvidence(lab));

  test.each([
    ["Quadlet", "bad-quadlet", "\n[Container]\nNoSuchKey=1\n", /NoSuchKey/],
    ["systemd", "bad-unit", "\n[Service]\nExecStartPre=/no/such/program\n", /no\/such\/program/],
    ["systemd, for its encoding", "bad-unit", "\n[Service]\nEnvironment=X=\ufffe\n", /UTF-8/],
  ])("%s", async (_, code, lines, words) => {
    const { results } = await runTransaction(ssh, [
      { kind: "put", tree: treeOf("bad", lines) },
      { kind: "put", tree: treeOf("good") },
    ]);
    const result = results.get("service/finn/bad");
    if (result?.state !== "failed") throw new Error(`it is ${result?.state}`);
    expect(result.error).toMatchObject({ code, logTail: expect.stringMatching(words) });
    expect(results.get("service/finn/good")?.state).not.toBe("failed");
    const { resources } = await inspectHost(ssh);
    expect(resources.has("service/finn/bad")).toBe(false);
    expect(resources.get("service/finn/good")?.live.active).toBe(true);
    expect((await lab.run("web1", ["ls", units])).stdout.trim()).toBe("good.container");
  });
});
