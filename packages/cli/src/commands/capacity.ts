import { Command, Option } from "commander";
import type { CapacitySource } from "../capacity/declared.js";
import type { WhatIf } from "../capacity/rows.js";
import { type Context, writeJson } from "../context.js";
import { exitCodes } from "../exit-codes.js";
import { collect, withExamples } from "./options.js";

interface CapacityOptions {
  readonly stack?: string;
  readonly from?: CapacitySource;
  readonly whatIf?: readonly string[];
  readonly whatIfRam?: readonly string[];
  readonly whatIfReserve?: string;
  readonly json?: boolean;
}

export function capacityCommand(context: Context): Command {
  const command = new Command("capacity")
    .summary("RAM sold and free, and what still fits where")
    .description(
      "RAM of every host: what is sold, kept and free, and the largest service that admission would still let onto it, overhead counted, beside what was accepted for a later day too. " +
        "RAM that is not declared is what the host said at the last `up`. What a host more would bring: --what-if with a server type of Hetzner's " +
        "(RAM and prices from the API), or --what-if-ram. Reaches no host. Exit code 2 when more is sold than there is.",
    )
    .argument("[folder]", "a stack's folder, or an inventory", ".")
    .option("-s, --stack <name>", "which stack, when the folder has several")
    .addOption(
      new Option(
        "--from <source>",
        "inventory: what is declared; state: what the last `up` brought (default: inventory if there is one)",
      ).choices(["inventory", "state"]),
    )
    .option(
      "--what-if <type>",
      "a server type, e.g. cx32; may be given several times (env: HCLOUD_TOKEN, HCLOUD_ENDPOINT)",
      collect,
    )
    .option("--what-if-ram <ram>", "a host of this size, e.g. 8GiB, offline; may be given several times", collect)
    .option("--what-if-reserve <ram>", "what it would keep for itself (default: what all hosts keep, when they agree)")
    .option("--json", "print a JSON document instead of text")
    .action(async (folder: string, options: CapacityOptions) => await capacity(context, folder, options));
  return withExamples(command, [
    ["allmende capacity stacks/lab", "what is sold and free"],
    ["allmende capacity --what-if cx32 --what-if cx42", "two server types compared, with their prices"],
    ["allmende capacity --what-if-ram 8GiB --what-if-reserve 512MiB", "a host of one's own, without asking anybody"],
    ["allmende capacity --json | jq '.hosts[] | select(.freeBytes < 1073741824)'", "hosts that are getting full"],
  ]);
}

async function capacity(context: Context, path: string, options: CapacityOptions): Promise<void> {
  const { readCapacityHosts } = await import("../capacity/declared.js");
  const { capacityRow, roomiest, whatIfRow } = await import("../capacity/rows.js");
  const { reserveForNewHost } = await import("../capacity/reserve.js");
  const { renderCapacity, renderWhatIf } = await import("../capacity/table.js");
  const { describeHeld } = await import("@allmende/requests");
  const { sayHeld } = await import("../request/hold.js");
  const { source, hosts, held } = await readCapacityHosts({ path, stack: options.stack }, options.from);
  sayHeld(context, held);
  const rows = hosts.map(capacityRow);
  const asked = await readWhatIf(options, context.signal);
  const reserveBytes = () => reserveForNewHost(options.whatIfReserve, rows, "--what-if-reserve");
  const whatIf = asked.map((each) => whatIfRow(each, reserveBytes(), rows));
  const isOversold = rows.some(({ freeBytes }) => freeBytes !== null && freeBytes < 0);
  if (isOversold) context.exitCode = exitCodes.usage;
  if (options.json) {
    const best = roomiest(rows);
    const largest = best === undefined ? null : { host: best.host, ramBytes: best.largestBytes };
    writeJson(context, { ok: !isOversold, source, hosts: rows, largest, whatIf, held: held.map(describeHeld) });
    return;
  }
  context.terminal.out(rows.length === 0 ? "no hosts\n" : renderCapacity(rows, context.style));
  if (whatIf.length > 0) context.terminal.out(`\n${renderWhatIf(whatIf, context.style)}`);
}

async function readWhatIf({ whatIf = [], whatIfRam = [] }: CapacityOptions, signal: AbortSignal): Promise<WhatIf[]> {
  const { parseRam } = await import("@allmende/model");
  const sizes = whatIfRam.map((ram) => ({ name: ram, ramBytes: parseRam(ram) }));
  if (whatIf.length === 0) return sizes;
  const { hetznerAccess } = await import("../hetzner/api.js");
  const { readServerTypes } = await import("../hetzner/server-types.js");
  return [...(await readServerTypes(hetznerAccess(), whatIf, signal)), ...sizes];
}
