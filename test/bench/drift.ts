import { join } from "node:path";
import type { Lab } from "@allmende/lab";
import { type HostInventory, inventoryOfHost, loadInventory } from "@allmende/model";
import { projectDirectory } from "../lab/support/paths.js";
import { failuresOf, registry, type StackRun, TestStack } from "../lab/support/test-stack.js";
import { proveOurs, provePeer, timePeer } from "./contest.js";
import { breakByHand } from "./drift-proof.js";
import { type FleetSize, writeFleet } from "./fleet.js";
import { readInventoryFiles } from "./inventory-files.js";
import { type Measurement, median, timeSeconds } from "./measure.js";
import { planPeerWork } from "./peer-work.js";
import { installPeers, type Peer, peers } from "./peers.js";
import { withBenchLab } from "./reserved-lab.js";

const size: FleetSize = { members: 20, services: 100 };

/**
 * A no-op with full drift check of the same services: ours, side by side with the peers, in one run on one host. Whoever does not
 * see what was broken by hand before is not timed.
 */
export async function benchDrift(say: (line: string) => void): Promise<Measurement[]> {
  say(`starting a host for ${size.services} services`);
  return await withBenchLab([{ name: "fleet", ramMiB: 12_288 }], async (lab) => {
    const stack = new TestStack("bench-drift", lab);
    writeFleet(stack, "fleet", `${registry}/static-site:1`, size);
    say(`bringing up ${size.services} services of ${size.members} members`);
    const firstSeconds = await timeSeconds(1, async () => expectOk(await stack.up()));
    say(`up after ${Math.round(firstSeconds[0] ?? 0)} s`);
    return [
      { name: "allmende up, from nothing", unit: "s", values: firstSeconds },
      ...(await contest(lab, stack, say)),
    ];
  });
}

async function contest(lab: Lab, stack: TestStack, say: (line: string) => void): Promise<Measurement[]> {
  const inventory = readInventory(stack);
  const setting = { bin: await installPeers(), directory: join(projectDirectory, "test", ".out", "peers"), say };
  const part = (members: number) => planPeerWork(lab.host("fleet"), inventory, members);

  const breakage = await breakByHand(lab, part(1));
  await proveOurs(stack, breakage);
  const failures = new Map<Peer, string>();
  for (const peer of peers) {
    const failure = await provePeer(peer, setting, part(1), breakage);
    if (failure !== undefined) failures.set(peer, failure);
    say(`${peer.name}: ${failure ?? "sees every change made by hand"}`);
  }
  expectOk(await stack.up("--refresh"));

  const drift: number[] = [];
  const refresh: number[] = [];
  const timeOurs = async () => {
    drift.push(...(await timeSeconds(2, async () => expectOk(await stack.run("drift")))));
    refresh.push(...(await timeSeconds(1, async () => expectOk(await stack.up("--refresh")))));
    say(`drift ${drift.slice(-2).map(renderSeconds).join(", ")} s, up --refresh ${renderSeconds(refresh.at(-1))} s`);
  };
  await timeOurs();
  const wholes: { peer: Peer; seconds?: number; note: string }[] = [];
  for (const peer of peers) {
    const failure = failures.get(peer);
    const timed = failure ?? (await timePeer(peer, setting, part, size.members));
    if (typeof timed === "string") say(`${peer.name}: no figure, ${timed}`);
    wholes.push({ peer, ...(typeof timed === "string" ? { note: timed } : timed) });
    await timeOurs();
  }
  return [
    { name: "allmende drift, no-op", unit: "s", values: drift },
    { name: "allmende up --refresh, no-op, engine included", unit: "s", values: refresh },
    ...wholes.flatMap((whole) => renderWhole(whole, median(drift), median(refresh))),
  ];
}

function renderWhole(
  { peer, seconds, note }: { peer: Peer; seconds?: number; note: string },
  drift: number,
  refresh: number,
): Measurement[] {
  const over = (ours: number) => (seconds === undefined ? [] : [seconds / ours]);
  const target = (value: number) => ({ operator: ">=", value }) as const;
  const [forDrift, forRefresh] = peer.targets;
  return [
    { name: `${peer.name}, no-op`, unit: "s", values: over(1), note },
    { name: `${peer.name} / drift`, unit: "times", values: over(drift), target: target(forDrift) },
    { name: `${peer.name} / up --refresh`, unit: "times", values: over(refresh), target: target(forRefresh) },
  ];
}

function readInventory(stack: TestStack): HostInventory {
  const inventory = loadInventory(readInventoryFiles(join(stack.directory, "inventory")));
  if (!inventory.ok) throw new Error(JSON.stringify(inventory.findings));
  return inventoryOfHost(inventory.value, "fleet");
}

function expectOk(run: StackRun): void {
  if (run.exitCode !== 0) throw new Error(failuresOf(run));
}

function renderSeconds(seconds = Number.NaN): string {
  return seconds.toFixed(2);
}
