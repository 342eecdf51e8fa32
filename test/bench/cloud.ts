import { readFileSync } from "node:fs";
import { type HetznerApi, hcloudPlugin, startHetznerApi } from "@allmende/lab";
import { HetznerStack } from "../lab/support/hetzner-stack.js";
import { failuresOf } from "../lab/support/test-stack.js";
import type { Measurement } from "./measure.js";
import { withBenchLab } from "./reserved-lab.js";

const server = "web2";

/** From `up` of a stack at Hetzner (the lab's) to the first healthy service on its new server, and what the time went into. */
export async function benchCloud(say: (line: string) => void): Promise<Measurement[]> {
  const plugin = await hcloudPlugin();
  return await withBenchLab([], async (lab) => {
    const api = await startHetznerApi(lab);
    try {
      const stack = new HetznerStack("bench-cloud", { lab, api, plugin });
      stack.hosts((hosts) => delete hosts["web1"]);
      for (const path of ["services/anna-blog", "members/anna"]) stack.remove(path);
      say("up");
      const begin = Date.now();
      const run = await stack.up();
      const end = Date.now();
      if (failuresOf(run) !== "") throw new Error(failuresOf(run));
      return partsOf(begin, end, switchedOnAt(api), await readJournal(stack));
    } finally {
      await api.close();
    }
  });
}

function partsOf(begin: number, end: number, switchedOn: number, journal: readonly Entry[]): Measurement[] {
  const first = (pattern: RegExp) => journal.find(({ text }) => pattern.test(text))?.at ?? Number.NaN;
  const exchanges = journal.filter(({ text }) => /COMMAND=.*script=\$\(head -c/.test(text)).map(({ at }) => at);
  const marks: [string, number][] = [
    ["the API, until the server is switched on", switchedOn],
    ["boot, until cloud-init begins", first(/cloud-init\[\d+\]: Cloud-init v\./)],
    ["cloud-init, until sshd listens", first(/Server listening on/)],
    ["the first login", exchanges[0] ?? Number.NaN],
    ["provisioning, the member's account included", exchanges.at(-1) ?? Number.NaN],
    ["the container, until it is healthy", end],
  ];
  const total = "up of a new server, to its first healthy service";
  const measured = (name: string, ms: number, note?: string): Measurement => ({
    name,
    unit: "s",
    values: Number.isNaN(ms) ? [] : [ms / 1000],
    note,
  });
  return [
    measured(total, end - begin, `${exchanges.length} transactions on the host`),
    ...marks.map(([name, at], index) => measured(`${total}: ${name}`, at - (marks[index - 1]?.[1] ?? begin))),
  ];
}

function switchedOnAt({ logPath }: HetznerApi): number {
  const lines = readFileSync(logPath, "utf8").trimEnd().split("\n");
  const entries = lines.map((line) => JSON.parse(line) as { at: string; what: string });
  return Date.parse(entries.findLast(({ what }) => what.startsWith("start_server"))?.at ?? "");
}

interface Entry {
  /** Milliseconds since 1970: a host's clock is the machine's. */
  readonly at: number;
  readonly text: string;
}

async function readJournal(stack: HetznerStack): Promise<Entry[]> {
  const { stdout } = await stack.on(server, "journalctl", "--boot", "--no-pager", "--output=short-unix");
  return stdout.split("\n").map((line) => ({ at: Number.parseFloat(line) * 1000, text: line }));
}
