import type { PatchConnection, PatchTarget } from "@allmende/patching";

/** A package that waits on a host in memory. */
export interface MemoryPackage {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

/** What a host in memory does with its packages, and what was asked of it. */
export class MemoryPatching {
  /** By host. */
  readonly pending = new Map<string, readonly MemoryPackage[]>();
  /** Lines of held kernels, by host. */
  readonly held = new Map<string, string>();
  /** Hosts whose new versions break something. */
  readonly breaking = new Set<string>();
  /** `web1 plan`, `web1 run` in the order in which hosts were asked. */
  readonly asked: string[] = [];
  /** Awaited in the middle of each run; throw to cut it off. */
  duringRun: (host: string) => Promise<void> = async () => {};
  /** Reports by host and run: a run that is done gives its report again. */
  readonly #reports = new Map<string, readonly string[]>();

  /** As the scripts of a real host answer. */
  target(name: string): PatchTarget {
    const execAsRoot: PatchConnection["execAsRoot"] = async (command, { stdin = "" } = {}) => {
      const mode = /allmende (run|plan|status)$/.exec(command)?.[1] ?? "other";
      this.asked.push(`${name} ${mode}`);
      const lines = await this.#answer(name, mode, Buffer.from(stdin as Buffer).toString());
      const stdout = Buffer.from(`${lines.join("\n")}\n`);
      return { stdout, stderr: "", exitCode: 0, signal: undefined } as never;
    };
    const ssh = { execAsRoot, end: async () => {}, closed: Promise.resolve() };
    return { name, connect: async () => ssh as never };
  }

  async #answer(host: string, mode: string, input: string): Promise<readonly string[]> {
    const waiting = this.pending.get(host) ?? [];
    const packages = waiting.map(({ name, from, to }) => ["package", name, "all", from, to, "security"].join("\t"));
    const held = this.held.get(host);
    const lines = held === undefined ? [] : [`held\t${held}`];
    if (mode === "plan") {
      const kept = [...input.matchAll(/^hold\t.*$/gm)].map(([line]) => line.split("\t"));
      const given = packages.filter((line) => !kept.some((hold) => hold[2] === line.split("\t")[1]));
      const told = kept.map((hold) => ["held", ...hold.slice(1)].join("\t"));
      return ["begin-plan", "release\ttrixie", ...given, ...lines, ...told, "end-plan"];
    }
    const key = (run: string) => `${host} ${run}`;
    if (mode === "status") {
      const known = [...this.#reports].filter(([each]) => each.startsWith(key(""))).map(([, lines]) => lines);
      return [
        "begin-state",
        ...lines,
        ...known.flatMap((lines) => ["begin-report", ...lines, "end-report"]),
        "end-state",
      ];
    }
    const run = /^run\t.*$/m.exec(input)?.[0] ?? "";
    const [, stack, occurrenceKey, owner, occurrence] = run.split("\t");
    const before = this.#reports.get(key(run));
    if (before === undefined) await this.duringRun(host);
    const isBroken = this.breaking.has(host);
    const emergency = /^emergency\t.*$/m.exec(input)?.[0];
    const report = before ?? [
      ["run", stack, occurrenceKey, owner, "1000", occurrence].join("\t"),
      ...(emergency === undefined ? [] : [emergency]),
      ...lines,
      ...(isBroken
        ? ["cause\tproof-failed\tunits: alpha.service failed", "log\tno luck today"]
        : waiting.map(({ name, from, to }) => ["upgraded", name, from, to].join("\t"))),
      "reboot\tdone\tboot-2\tboot-1",
      `outcome\t${isBroken ? "rolled-back" : "done"}`,
      ...["upgrade", "proof", "unlock"].flatMap((phase) => [
        `journal\t1000\t${phase}\tbegin\t-`,
        `journal\t1010\t${phase}\tend\t-`,
      ]),
    ];
    this.#reports.set(key(run), report);
    if (!isBroken) this.pending.delete(host);
    return ["begin-report", ...report, "end-report"];
  }
}
