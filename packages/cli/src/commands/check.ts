import { Command } from "commander";
import { type Context, writeJson } from "../context.js";
import { exitCodes } from "../exit-codes.js";
import { withExamples } from "./options.js";

export function checkCommand(context: Context): Command {
  const command = new Command("check")
    .summary("check an inventory's files")
    .description(
      "Check an inventory (hosts.yaml, windows.yaml, mail.yaml, tariff.yaml, work.yaml, members/, services/, requests/) without reaching any host: every finding at once, as file:line:column, " +
        "RAM admission, ports taken twice and windows that fit no host included. Notes, which are no findings: files in these folders that nothing reads, windows in which soak and cutoff leave no time for the hosts after the canary, and images of requests that are older than their template's default by now. Exit code 2 when there are findings, 6 when all that is wrong are accepted requests that wait, since they do not go together: everything else goes on.",
    )
    .argument("[folder]", "the inventory, or a stack folder that has one", ".")
    .option("--json", "print a JSON document instead of text")
    .action(async (folder: string, options: { json?: boolean }) => await check(context, folder, options));
  return withExamples(command, [
    ["allmende check stacks/lab", "the inventory of a stack"],
    ["allmende check ./inventory --json", "for an editor or CI"],
  ]);
}

const notRead =
  'is not read: here, a thing is a file that ends in ".yaml" (a calendar: ".ics"). Rename it, or keep it elsewhere';

async function check(context: Context, path: string, options: { json?: boolean }): Promise<void> {
  const { renderCount } = await import("@allmende/model");
  const { describeHeld, loadRequestedInventory } = await import("@allmende/requests");
  const { listOverlooked } = await import("../stack/inventory-folder.js");
  const { settleFolder } = await import("../stack/stack-inventory.js");
  const { checkAuthorities } = await import("../windows/authorities.js");
  const { noteNarrowWindows } = await import("../windows/narrow-windows.js");
  const { noteOlderImages } = await import("../request/note-older-images.js");
  const { sayHeld } = await import("../request/hold.js");
  const { placeFindings, renderFinding } = await import("../output/findings.js");
  const { directory, files, templates, held } = await settleFolder(path, { nowMs: Date.now() });
  const loaded = loadRequestedInventory(files, { templates, nowMs: Number.POSITIVE_INFINITY });
  const placed = placeFindings(
    directory,
    loaded.ok ? await checkAuthorities(directory, loaded.value.windows) : loaded.findings,
  );
  if (placed.length > 0) context.exitCode = exitCodes.usage;
  else if (held.length > 0) context.exitCode = exitCodes.held;
  sayHeld(context, held);
  const overlooked = listOverlooked(directory).map((file) => ({ path: [], message: notRead, file }));
  const older = loaded.ok ? noteOlderImages(loaded.value, templates) : [];
  const narrow = loaded.ok ? await noteNarrowWindows(loaded.value) : [];
  const notes = placeFindings(directory, [...overlooked, ...older, ...narrow]);
  if (options.json) {
    writeJson(context, { ok: placed.length === 0, directory, findings: placed, notes, held: held.map(describeHeld) });
  } else if (placed.length > 0) {
    context.terminal.out(`${placed.map((finding) => renderFinding(finding)).join("\n")}\n`);
    sayNotes();
  } else {
    const counts = loaded.ok
      ? [
          renderCount(loaded.value.hosts.length, "host"),
          renderCount(loaded.value.members.length, "member"),
          renderCount(loaded.value.services.length, "service"),
          renderCount(loaded.value.windows.length, "patch window"),
          ...countRequests(loaded.value.requests.length),
        ].join(", ")
      : "";
    const { green, yellow } = context.style;
    context.terminal.out(`${held.length === 0 ? green("ok") : yellow("ok but for what waits")}: ${counts}\n`);
    sayNotes();
  }

  function countRequests(inEffect: number): string[] {
    const all = inEffect + held.length;
    if (all === 0) return [];
    const waiting = held.length === 0 ? "" : ` (${held.length} of them ${held.length === 1 ? "waits" : "wait"})`;
    return [`${renderCount(all, "request")}${waiting}`];
  }

  function sayNotes(): void {
    for (const note of notes) context.terminal.err(`${context.style.yellow("note")}: ${renderFinding(note)}\n`);
  }
}
