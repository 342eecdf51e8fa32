import { sampleWindow } from "@allmende/model/testing";
import { type HostResult, planWaves, type WaveEvent, type WavesResult } from "@allmende/patching";
import { expect, test } from "vitest";
import { type WindowListener, WindowRun } from "./window-run.js";

const plan = planWaves(sampleWindow({ canary: { hosts: 1, soakSeconds: 1800 } }), [{ name: "web1" }, { name: "web2" }]);
const done = (host: string) => ({ host, state: "done", run: { outcome: "done" } }) as HostResult;
const ended = (result: HostResult): WaveEvent => ({ kind: "host-ended", result });

/** A run whose events the test makes. */
function begin() {
  let listener: WindowListener | undefined;
  let finish: (result: WavesResult) => void = () => {};
  let fail: (error: Error) => void = () => {};
  const run = new WindowRun(plan, (given) => {
    listener = given;
    return new Promise((resolve, reject) => {
      finish = resolve;
      fail = reject;
    });
  });
  const tell = (...events: WaveEvent[]) => {
    for (const event of events) listener?.onEvent(event);
  };
  const [canary, rest] = plan.waves.map((wave): WaveEvent => ({ kind: "wave", wave }));
  if (canary === undefined || rest === undefined) throw new Error("The plan has not two waves.");
  return { run, tell, canary, rest, finish, fail };
}

/** Whether a promise has settled once everything that waits has had its turn. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const turn = new Promise((resolve) => setImmediate(() => resolve("pending")));
  return (await Promise.race([promise.then(() => "settled"), turn])) === "settled";
}

test("a host that is watched for its soak time is done only once others follow", async () => {
  const { run, tell, canary, rest } = begin();
  const web1 = run.join("web1", () => {}) as Promise<unknown>;
  tell(canary, ended(done("web1")));
  expect(await isSettled(web1)).toBe(false);
  tell(rest);
  expect(await web1).toEqual({ result: done("web1") });
});

test("one that is found unwell then has failed, and whoever was left alone is told why", async () => {
  const { run, tell, canary, finish } = begin();
  const [web1, web2] = ["web1", "web2"].map((host) => run.join(host, () => {}));
  const unwell: HostResult = { host: "web1", state: "failed", error: new Error("not well") };
  tell(canary, ended(done("web1")), ended(unwell));
  expect(await isSettled(web1 as Promise<unknown>)).toBe(false);
  const stopped = { kind: "canary", hosts: ["web1"] } as const;
  finish({ hosts: [unwell, { host: "web2", state: "not-begun" }], stopped });
  expect(await web1).toEqual({ result: unwell });
  expect(await web2).toEqual({ result: { host: "web2", state: "not-begun" }, stopped, failed: [unwell] });
});

test("the last host is answered only at the end of the run, after everything that comes behind the hosts", async () => {
  const { run, tell, canary, rest, finish } = begin();
  const [web1, web2] = ["web1", "web2"].map((host) => run.join(host, () => {}) as Promise<unknown>);
  tell(canary, ended(done("web1")), rest, ended(done("web2")));
  expect(await web1).toEqual({ result: done("web1") });
  expect(await isSettled(web2 as Promise<unknown>)).toBe(false);
  finish({ hosts: [done("web1"), done("web2")] });
  expect(await web2).toEqual({ result: done("web2") });
});

test("a run that cannot be done fails all its hosts, and ends", async () => {
  const { run, fail } = begin();
  const web1 = run.join("web1", () => {});
  fail(new Error("no way"));
  await expect(web1).rejects.toThrow("no way");
  await run.ended;
  await expect(run.join("web2", () => {})).rejects.toThrow("no way");
  expect(await run.join("web3", () => {})).toBeUndefined();
});

test("says at each host what goes on there", () => {
  const { run, tell, canary } = begin();
  const said: string[] = [];
  for (const host of ["web1", "web2"]) void run.join(host, (message) => said.push(`${host}: ${message}`));
  tell(canary, { kind: "host-begun", host: "web1" }, { kind: "soaking", wave: plan.waves[0] as never });
  expect(said).toEqual(["web1: begins", "web1: done; must stay well for 1800 s"]);
});
