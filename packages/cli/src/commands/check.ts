import { Command } from "commander";
import { type Context, writeJson } from "../context.js";
import { exitCodes } from "../exit-codes.js";
import { withExamples } from "./options.js";

export function checkCommand(context: Context): Command {
  const command = new Command("check")
    .summary("check an inventory's files")
    .description(
      "Check an inventory (hosts.yaml, windows.yaml, members/, services/) without reaching any host: every finding at once, as file:line:column, " +
        "RAM admission, ports taken twice and windows that fit no host included. Exit code 2 when there are findings.",
    )
    .argument("[folder]", "the inventory, or a stack folder that has one", ".")
    .option("--json", "print a JSON document instead of text")
    .action(async (folder: string, options: { json?: boolean }) => await check(context, folder, options));
  return withExamples(command, [
    ["allmende check stacks/lab", "the inventory of a stack"],
    ["allmende check ./inventory --json", "for an editor or CI"],
  ]);
}

async function check(context: Context, path: string, options: { json?: boolean }): Promise<void> {
  const { join } = await import("node:path");
  const { checkHostInventory, inventoryOfHost, loadInventory } = await import("@allmende/model");
  const { readInventoryFolder } = await import("../stack/inventory-folder.js");
  const { renderFinding } = await import("../output/findings.js");
  const { directory, files } = readInventoryFolder(path);
  const loaded = loadInventory(files);
  const findings = loaded.ok
    ? loaded.value.hosts.flatMap((host) => checkHostInventory(inventoryOfHost(loaded.value, host.name)))
    : loaded.findings;
  const placed = findings.map((finding) =>
    finding.file === undefined ? finding : { ...finding, file: join(directory, finding.file) },
  );
  if (placed.length > 0) context.exitCode = exitCodes.usage;
  if (options.json) {
    writeJson(context, { ok: placed.length === 0, directory, findings: placed });
  } else if (placed.length > 0) {
    context.terminal.out(`${placed.map((finding) => renderFinding(finding)).join("\n")}\n`);
  } else {
    const counts = loaded.ok
      ? (["hosts", "members", "services", "windows"] as const)
          .map((kind) => `${loaded.value[kind].length} ${kind}`)
          .join(", ")
      : "";
    context.terminal.out(`${context.style.green("ok")}: ${counts}\n`);
  }
}
