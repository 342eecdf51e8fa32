import { planWaves, runWaves } from "@allmende/patching";
import { simulateHosts, windowOf } from "@allmende/patching/testing";
import { type Measurement, timeSeconds } from "./measure.js";

const hostCount = 200;

/** Planning the order of 200 simulated hosts and having each do its run: no SSH, so that only our own work is measured. */
export async function benchPatchOrder(): Promise<Measurement[]> {
  const window = windowOf({ concurrency: "5%", canary: { hosts: 1, soak: "20m" }, waves: [{ stage: "test" }] });
  const hosts = Array.from({ length: hostCount }, (_, index) => ({
    name: `host${index}`,
    labels: { stage: index % 10 === 0 ? "test" : "production" },
  }));
  const heapMiB: number[] = [];
  const seconds = await timeSeconds(15, async () => {
    const before = process.memoryUsage().heapUsed;
    const { told, work, options } = simulateHosts({});
    await runWaves(planWaves(window, hosts), work, options);
    heapMiB.push((process.memoryUsage().heapUsed - before) / 2 ** 20);
    const begun = told.filter((text) => text.startsWith("+")).length;
    if (begun !== hostCount) throw new Error(`${begun} of ${hostCount} hosts had their turn`);
  });
  const name = `order of a patch run on ${hostCount} simulated hosts`;
  return [
    { name, unit: "ms", values: seconds.map((value) => value * 1000) },
    // A collection in the middle of a round makes it negative: such a round tells nothing.
    { name: `${name}: memory`, unit: "MiB", values: heapMiB.filter((value) => value >= 0) },
  ];
}
