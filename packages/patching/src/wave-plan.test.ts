import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { windowOf } from "./testing/windows.js";
import { type PlannedHost, planWaves, type WavePlan } from "./wave-plan.js";

const host = (name: string, stage?: string): PlannedHost => ({ name, ...(stage && { labels: { stage } }) });
const told = ({ waves }: WavePlan) =>
  waves.map(
    ({ kind, number, batches }) => `${kind}${number ?? ""}: ${batches.map((batch) => batch.join(",")).join(" ")}`,
  );

const fleet = [
  host("web1", "test"),
  host("web2", "production"),
  host("web3", "production"),
  host("db1"),
  host("web0", "lab"),
];
const waves = [{ stage: "test" }, { stage: "production" }];

describe("planWaves", () => {
  it("puts hosts into the first wave that they fit, by name, and the others last", () => {
    const window = windowOf({ waves, concurrency: 2 });
    expect(told(planWaves(window, fleet))).toEqual(["wave1: web1", "wave2: web2,web3", "rest: db1,web0"]);
    expect(planWaves(window, [...fleet].reverse())).toEqual(planWaves(window, fleet));
  });

  it("takes canaries from the first wave, and from later ones when that has too few", () => {
    const window = windowOf({ waves, canary: { hosts: 2, soak: "30m" } });
    const plan = planWaves(window, fleet);
    expect(told(plan)).toEqual(["canary: web1 web2", "wave2: web3", "rest: db1 web0"]);
    expect(plan.waves.map((wave) => wave.soakSeconds)).toEqual([1800, 0, 0]);
  });

  it("takes canaries by labels", () => {
    const window = windowOf({ waves, canary: { hosts: { stage: ["lab", "nowhere"] }, soak: "30m" } });
    expect(told(planWaves(window, fleet))).toEqual(["canary: web0", "wave1: web1", "wave2: web2 web3", "rest: db1"]);
  });

  it("leaves out hosts that the window does not select", () => {
    const plan = planWaves(windowOf({ hosts: { stage: ["production", "lab"] }, waves }), fleet);
    expect(told(plan)).toEqual(["wave2: web2 web3", "rest: web0"]);
    expect(plan.hostCount).toBe(3);
  });

  it("has no wave without a host", () => {
    expect(planWaves(windowOf({ hosts: { stage: "nowhere" }, waves }), fleet)).toEqual({
      waves: [],
      hostCount: 0,
      toleratedFailures: 0,
    });
  });

  it.each([
    ["25%", 10, 2],
    ["9%", 10, 0],
    [3, 10, 3],
    ["100%", 3, 3],
  ])("counts %s of %i hosts as %i", (amount, count, expected) => {
    const hosts = Array.from({ length: count }, (_, index) => host(`h${index}`));
    const plan = planWaves(windowOf({ concurrency: amount, errorThreshold: amount }), hosts);
    expect(plan.toleratedFailures).toBe(expected);
    expect(plan.waves[0]?.batches[0]).toHaveLength(Math.max(1, expected));
  });
});

const stages = ["test", "blue", "green", "production"];
const selectors = fc.oneof(
  fc.constant("all" as const),
  fc.subarray(stages, { minLength: 1 }).map((stage) => ({ stage })),
);

it("places each of 200 hosts exactly once, in the declared order, never more at a time than allowed", () => {
  const cases = fc.record({
    stageOf: fc.array(fc.option(fc.constantFrom(...stages), { nil: undefined }), { minLength: 200, maxLength: 200 }),
    waves: fc.array(selectors, { maxLength: 5 }),
    hosts: selectors,
    canaryHosts: fc.oneof(fc.integer({ min: 1, max: 250 }), selectors),
    concurrency: fc.oneof(
      fc.integer({ min: 1, max: 250 }),
      fc.integer({ min: 1, max: 100 }).map((share) => `${share}%`),
    ),
  });
  fc.assert(
    fc.property(cases, ({ stageOf, canaryHosts, ...declared }) => {
      const window = windowOf({ ...declared, canary: { hosts: canaryHosts, soak: "10m" } });
      const all = stageOf.map((stage, index) => host(`host${index}`, stage));
      const plan = planWaves(window, all);
      const placed = plan.waves.flatMap((wave) => wave.batches.flat());
      const stagesWanted = declared.hosts === "all" ? undefined : declared.hosts.stage;
      const wanted = all.filter(
        ({ labels }) => stagesWanted === undefined || stagesWanted.includes(labels?.["stage"] ?? ""),
      );
      expect([...placed].sort()).toEqual(wanted.map(({ name }) => name).sort());
      const share = typeof declared.concurrency === "number" ? undefined : Number.parseInt(declared.concurrency, 10);
      const most = share === undefined ? declared.concurrency : Math.max(1, Math.floor((wanted.length * share) / 100));
      for (const wave of plan.waves) {
        expect(wave.batches.every((batch) => batch.length > 0 && batch.length <= Number(most))).toBe(true);
      }
      const ranks = plan.waves.map(({ kind, number }) => ({ canary: 0, wave: number ?? 0, rest: 99 })[kind]);
      expect(ranks).toEqual([...new Set(ranks)].sort((one, other) => one - other));
    }),
    { numRuns: 50 },
  );
});
