import { join } from "node:path";
import { type ResourceTree, renderResources } from "@allmende/host";
import { Lab } from "@allmende/lab";
import { inventoryOfHost, loadInventory } from "@allmende/model";
import { execa } from "execa";
import { projectDirectory } from "../lab/support/paths.js";
import { failuresOf, registry, TestStack } from "../lab/support/test-stack.js";
import { type FleetSize, writeFleet } from "./fleet.js";
import { readInventoryFiles } from "./inventory-files.js";
import { type Measurement, median, timeSeconds } from "./measure.js";
import { installPeers, writePeers } from "./peers.js";

const size: FleetSize = { members: 20, services: 100 };

/** How much of the work the slow peers get: every service costs them seconds. */
const peerShare = 0.2;

/** A no-op with full drift check of the same services: ours, side by side with the peers, in one run on one host. */
export async function benchDrift(say: (line: string) => void): Promise<Measurement[]> {
  say(`starting a host for ${size.services} services`);
  const lab = await Lab.start({ name: "bench", number: 2, hosts: [{ name: "fleet", ramMiB: 12_288 }] });
  try {
    const stack = new TestStack("bench-drift", lab);
    writeFleet(stack, "fleet", `${registry}/static-site:1`, size);
    say(`bringing up ${size.services} services of ${size.members} members`);
    const [firstSeconds = 0] = await timeSeconds(1, async () => {
      const run = await stack.up();
      if (run.exitCode !== 0) throw new Error(failuresOf(run));
    });
    say(`up after ${Math.round(firstSeconds)} s`);
    const drift = await timeSeconds(5, async () => expectOk(await stack.run("drift")));
    const refresh = await timeSeconds(3, async () => expectOk(await stack.up("--refresh")));
    say(`drift ${drift.map((value) => value.toFixed(2)).join(", ")} s`);
    say(`up --refresh ${refresh.map((value) => value.toFixed(2)).join(", ")} s`);
    return [...ours(firstSeconds, drift, refresh), ...(await comparePeers(lab, stack, drift, refresh, say))];
  } finally {
    await lab.down();
  }
}

function ours(firstSeconds: number, drift: readonly number[], refresh: readonly number[]): Measurement[] {
  return [
    { name: "allmende up, from nothing", unit: "s", values: [firstSeconds] },
    { name: "allmende drift, no-op", unit: "s", values: drift },
    { name: "allmende up --refresh, no-op, engine included", unit: "s", values: refresh },
  ];
}

const targets = { ansible: [100, 30], pyinfra: [100, 30], mitogen: [15, 4] } as const;

async function comparePeers(
  lab: Lab,
  stack: TestStack,
  drift: readonly number[],
  refresh: readonly number[],
  say: (line: string) => void,
): Promise<Measurement[]> {
  const services = renderedServices(stack);
  const directory = join(projectDirectory, "test", ".out", "peers");
  const bin = await installPeers();
  const results: Measurement[] = [];
  for (const peer of ["mitogen", "ansible", "pyinfra"] as const) {
    const share = peer === "mitogen" ? 1 : peerShare;
    const given = services.slice(0, Math.round(services.length * share));
    const files = given.flatMap((tree) => tree.files.filter(({ path }) => path.startsWith("/etc/containers/")));
    const [program = "", ...args] = writePeers(directory, bin, { host: lab.host("fleet"), files, services: given })[
      peer
    ];
    say(`${peer}: ${given.length} of ${services.length} services`);
    const start = performance.now();
    const run = await execa(program, args, { cwd: directory, stdin: "ignore", reject: false, all: true });
    const seconds = (performance.now() - start) / 1000;
    if (run.failed) {
      // One peer that does not work here must not cost the figures of the others.
      say(`${peer} failed, no figure: ${run.all.slice(-2000)}`);
      continue;
    }
    say(`${peer}: ${seconds.toFixed(1)} s`);
    const whole = seconds / share;
    const note =
      share === 1
        ? undefined
        : `measured ${Math.round(seconds)} s for ${given.length} services, scaled to ${services.length}`;
    const [forDrift, forRefresh] = targets[peer];
    results.push(
      { name: `${peer}, no-op`, unit: "s", values: [whole], note },
      {
        name: `${peer} / allmende drift`,
        unit: "times",
        values: [whole / median(drift)],
        target: { operator: ">=", value: forDrift },
        note,
      },
      {
        name: `${peer} / allmende up --refresh`,
        unit: "times",
        values: [whole / median(refresh)],
        target: { operator: ">=", value: forRefresh },
        note,
      },
    );
  }
  return results;
}

function renderedServices(stack: TestStack): readonly ResourceTree[] {
  const inventory = loadInventory(readInventoryFiles(join(stack.directory, "inventory")));
  if (!inventory.ok) throw new Error(JSON.stringify(inventory.findings));
  return renderResources(inventoryOfHost(inventory.value, "fleet")).filter(({ unit }) => unit !== undefined);
}

function expectOk(run: { exitCode: number; text: string }): void {
  if (run.exitCode !== 0) throw new Error(run.text);
}
