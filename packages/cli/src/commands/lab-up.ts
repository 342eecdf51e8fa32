import { Command, Option } from "commander";
import { type Context, writeJson } from "../context.js";
import { collect, parsePositive, withExamples } from "./options.js";

interface LabUpOptions {
  readonly name?: string;
  readonly host?: readonly string[];
  readonly ram?: number;
  readonly flavour?: "stock" | "warm";
  readonly delay?: number;
  readonly json?: boolean;
}

export function labUpCommand(context: Context): Command {
  const command = new Command("up")
    .summary("start the lab's hosts; running ones are kept")
    .description(
      "Start the lab's hosts and wait until each answers over SSH. The lab named `lab` also makes stacks/lab ready: " +
        "host keys in inventory/hosts.yaml, the login key and random secrets in Pulumi.lab.yaml (none of it is in git); stacks/patch gets the login key, and stacks/lab as the stack whose runs it makes.",
    )
    .option("--name <name>", "another lab beside the first", "lab")
    .option("--host <name>", "a host (may be given several times; default: web1 and web2)", collect)
    .option("--ram <MiB>", "memory of each host", parsePositive)
    .addOption(
      new Option("--flavour <kind>", "warm: packages are installed already; stock: as a cloud image").choices([
        "warm",
        "stock",
      ]),
    )
    .option("--delay <ms>", "added round-trip time to the hosts", parsePositive)
    .option("--json", "print a JSON document instead of text")
    .action(async (options: LabUpOptions) => await labUp(context, options));
  return withExamples(command, [
    ["allmende lab up", "web1 and web2"],
    ["allmende lab up --name far --host a --delay 50", "another lab with one host, 50 ms away"],
  ]);
}

async function labUp(context: Context, options: LabUpOptions): Promise<void> {
  const { startLab } = await import("../lab/start.js");
  const { runTasks } = await import("../output/tasks.js");
  let hosts: readonly import("@allmende/lab").LabHost[] = [];
  const start = {
    title: `Start the lab`,
    run: async (say: (message: string) => void) => {
      const lab = await startLab(context, { ...options, hosts: options.host }, options.json ? () => {} : say);
      hosts = lab.hosts;
      return hosts.map(({ name, address }) => `${name} ${address}`).join(", ");
    },
  };
  const prepare = {
    title: "Make stacks/lab and stacks/patch ready",
    run: async () => {
      const { prepareStacks } = await import("../lab/stack.js");
      return (await prepareStacks(hosts)).join("; ") || "they are";
    },
  };
  const isDefault = options.name === undefined || options.name === "lab";
  const tasks = isDefault ? [start, prepare] : [start];
  if (options.json) {
    for (const { run } of tasks) await run(() => {});
    writeJson(context, { ok: true, name: options.name ?? "lab", hosts });
    return;
  }
  await runTasks(context, tasks);
  const first = hosts[0]?.name ?? "web1";
  const nameOption = isDefault ? "" : ` --name ${options.name}`;
  context.terminal.out(`look around:  npm run -s allmende -- lab ssh${nameOption} ${first}\n`);
  if (isDefault) context.terminal.out("bring services there:  npm run -s allmende -- up stacks/lab\n");
}
