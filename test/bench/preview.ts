import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { stringify } from "yaml";
import { projectDirectory } from "../lab/support/paths.js";
import { type Measurement, median, timeSeconds } from "./measure.js";
import { pluginPath, startPlugin } from "./plugin.js";

const services = 1000;
const hosts = 20;
const members = 100;
const rounds = 3;

const contestants = {
  ours: [pluginPath, "127.0.0.1:1"],
  trivial: ["node", "--import", import.meta.resolve("tsx"), join(projectDirectory, "test/bench/trivial-provider.ts")],
} as const;

interface Round {
  readonly seconds: number;
  /** Of all processes: command line, engine and plugin. Less of a chance than the wall clock's on a busy machine. */
  readonly processorSeconds: number;
  readonly peakMiB: number;
}

/** `preview` of 1,000 services, against the same program with a provider that only echoes; each with a plugin just started. */
export async function benchPreview(say: (line: string) => void): Promise<Measurement[]> {
  const directory = writeStack();
  const taken: Record<keyof typeof contestants, Round[]> = { ours: [], trivial: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const name of ["ours", "trivial"] as const) {
      const result = await previewOnce(directory, contestants[name]);
      taken[name].push(result);
      const { seconds, processorSeconds } = result;
      say(
        `preview of ${services} services, ${name}: ${seconds.toFixed(1)} s, processor ${processorSeconds.toFixed(1)} s`,
      );
    }
  }
  const of = (name: keyof typeof contestants, what: keyof Round) => taken[name].map((each) => each[what]);
  const ratio = (what: keyof Round) => [median(of("ours", what)) / median(of("trivial", what))];
  return [
    { name: "preview of 1,000 services", unit: "s", values: of("ours", "seconds") },
    { name: "the same with a trivial provider", unit: "s", values: of("trivial", "seconds") },
    {
      name: "preview / trivial provider",
      unit: "times",
      values: ratio("seconds"),
      target: { operator: "<=", value: 1.2 },
    },
    { name: "the same, processor time of all processes", unit: "times", values: ratio("processorSeconds") },
    {
      name: "plugin's peak memory at 1,000 services",
      unit: "MiB",
      values: of("ours", "peakMiB"),
      target: { operator: "<=", value: 150 },
    },
  ];
}

async function previewOnce(directory: string, command: readonly string[]): Promise<Round> {
  const plugin = await startPlugin(command);
  try {
    const allmende = join(projectDirectory, "packages/cli/bin/allmende.js");
    const before = processorSeconds(plugin.pid, "own") + processorSeconds("self", "children");
    const [seconds = Number.NaN] = await timeSeconds(1, async () => {
      await execa("node", [allmende, "preview", directory, "--json"], {
        env: { PULUMI_DEBUG_PROVIDERS: `allmende:${plugin.port}` },
        stdin: "ignore",
      });
    });
    const after = processorSeconds(plugin.pid, "own") + processorSeconds("self", "children");
    return { seconds, processorSeconds: after - before, peakMiB: peakMemoryMiB(plugin.pid) };
  } finally {
    await plugin.stop();
  }
}

/** What a process has used itself, or its children that have ended; see proc_pid_stat(5). */
function processorSeconds(pid: number | "self", whose: "own" | "children"): number {
  const [, afterName = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ");
  const fields = afterName.split(" ").map(Number);
  const [user = Number.NaN, system = Number.NaN] = fields.slice(whose === "own" ? 11 : 13);
  return (user + system) / ticksPerSecond;
}

/** On every Linux that Node.js runs on. */
const ticksPerSecond = 100;

function peakMemoryMiB(pid: number): number {
  const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(line?.[1] ?? Number.NaN) / 1024;
}

/** Hosts that do not exist: a preview of new services asks no host whose RAM is declared. */
function writeStack(): string {
  const directory = join(projectDirectory, "test", ".out", "bench-preview");
  const write = (path: string, content: unknown) => writeFileSync(join(directory, path), stringify(content));
  rmSync(directory, { recursive: true, force: true });
  for (const folder of ["members", "services"]) mkdirSync(join(directory, "inventory", folder), { recursive: true });
  write("Pulumi.yaml", { name: "bench-preview", runtime: "nodejs" });
  write("Pulumi.bench.yaml", { config: {} });
  writeFileSync(join(directory, "package.json"), '{ "name": "bench-preview", "type": "module", "private": true }\n');
  writeFileSync(
    join(directory, "index.ts"),
    'import { Commons } from "@allmende/components";\n\nnew Commons("bench", { inventory: "./inventory" });\n',
  );
  const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAfuCHKVTjquxvt6CM6tdG4SLp1Btn/nOeHHE5UOzRdf";
  const names = Array.from({ length: hosts }, (_, index) => `host${index + 1}`);
  write(
    "inventory/hosts.yaml",
    Object.fromEntries(
      names.map((name) => [name, { address: `${name}.invalid`, hostKey, ram: "64GiB", reserve: "1GiB" }]),
    ),
  );
  for (let index = 0; index < members; index += 1)
    write(`inventory/members/member${index + 1}.yaml`, { number: 1000 + index });
  for (let index = 0; index < services; index += 1) {
    write(`inventory/services/site-${index + 1}.yaml`, {
      member: `member${(index % members) + 1}`,
      host: names[(index % members) % hosts],
      image: "registry.example.org/static-site:1",
      ram: "128MiB",
      ports: { web: 10_000 + index },
      health: { http: "/", port: "web" },
      environment: { LANG: "de_DE.UTF-8" },
    });
  }
  return directory;
}
