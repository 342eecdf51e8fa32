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

/** `preview` of 1,000 services, against the same program with a provider that only echoes. */
export async function benchPreview(say: (line: string) => void): Promise<Measurement[]> {
  const directory = writeStack();
  const trivial = await startPlugin([
    "node",
    "--import",
    import.meta.resolve("tsx"),
    join(projectDirectory, "test/bench/trivial-provider.ts"),
  ]);
  const seconds = { ours: [] as number[], trivial: [] as number[] };
  let peakMiB = 0;
  try {
    for (let round = 0; round < rounds; round += 1) {
      say(`preview of ${services} services, round ${round + 1} of ${rounds}`);
      const ours = await startPlugin([pluginPath, "127.0.0.1:1"]);
      try {
        seconds.ours.push(...(await timeSeconds(1, () => preview(directory, ours.port))));
        peakMiB = Math.max(peakMiB, peakMemoryMiB(ours.pid));
      } finally {
        await ours.stop();
      }
      seconds.trivial.push(...(await timeSeconds(1, () => preview(directory, trivial.port))));
    }
  } finally {
    await trivial.stop();
  }
  const ratio = median(seconds.ours) / median(seconds.trivial);
  return [
    { name: "preview of 1,000 services", unit: "s", values: seconds.ours },
    { name: "the same with a trivial provider", unit: "s", values: seconds.trivial },
    { name: "preview / trivial provider", unit: "times", values: [ratio], target: { operator: "<=", value: 1.2 } },
    {
      name: "plugin's peak memory at 1,000 services",
      unit: "MiB",
      values: [peakMiB],
      target: { operator: "<=", value: 150 },
    },
  ];
}

async function preview(directory: string, port: number): Promise<void> {
  const allmende = join(projectDirectory, "packages/cli/bin/allmende.js");
  await execa("node", [allmende, "preview", directory, "--json"], {
    env: { PULUMI_DEBUG_PROVIDERS: `allmende:${port}` },
    stdin: "ignore",
  });
}

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
