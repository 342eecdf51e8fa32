import { renderCount, UserError } from "@allmende/model";
import type { Command } from "commander";
import { type Context, writeJson } from "../context.js";
import { exitCodes } from "../exit-codes.js";
import type { UnlockReport, Vouched } from "../stack/unlock.js";
import { collect, type StackOptions, stackCommand, withExamples } from "./options.js";

interface UnlockOptions extends StackOptions {
  readonly gone?: readonly string[];
  readonly by?: string;
  readonly reason?: string;
  readonly dryRun?: boolean;
}

export function unlockCommand(context: Context): Command {
  const command = stackCommand("unlock", "take away a lock that a killed run has left")
    .description(
      "Say who holds a stack's state, since when, and whether that process still runs; take the lock away when it is certain that it does not: it ran on this machine, " +
        "and is there no more. A lock of which that cannot be known stays, until somebody who knows vouches for it (--gone); one whose holder runs stays in any case. Nothing else is touched: " +
        "what the run had begun is settled by the next `up` or `refresh`. Exit code 1 when the stack is still locked. For states in a local folder; elsewhere `pulumi cancel` does it.",
    )
    .option("--gone <lock>", "this lock's holder runs no more: I have made sure (may be given several times)", collect)
    .option("--by <name>", "who has made sure; recorded in .state/unlocks-STACK.jsonl")
    .option("--reason <text>", "how it is known; recorded as well")
    .option("--dry-run", "only look")
    .action(async (path: string, options: UnlockOptions) => await unlock(context, path, options));
  return withExamples(command, [
    ["allmende unlock stacks/lab --dry-run", "who holds the stack?"],
    ["allmende unlock stacks/lab", "after `up` was killed on this machine"],
    ['allmende unlock --gone 3f1c… --by gerd --reason "runner-7 was deleted"', "after it was killed elsewhere"],
  ]);
}

async function unlock(context: Context, path: string, options: UnlockOptions): Promise<void> {
  const { readStackFolder } = await import("../stack/folder.js");
  const { unlockStack } = await import("../stack/unlock.js");
  const vouched = vouchedOf(options);
  const report = unlockStack(readStackFolder(path, options.stack), { vouched, dryRun: options.dryRun });
  if (report.left.length > 0) context.exitCode = exitCodes.failed;
  if (options.json) {
    const shown = { removed: report.removed, left: report.left, interrupted: report.interrupted };
    writeJson(context, { ok: report.left.length === 0, dryRun: options.dryRun === true, ...shown });
    return;
  }
  context.terminal.out(await renderUnlock(report, options.dryRun === true));
}

/** Throws UserError `bad-unlock` when it is not said who vouches, and why. */
function vouchedOf({ gone, by, reason }: UnlockOptions): Vouched | undefined {
  const said = (text: string | undefined): text is string => text !== undefined && text.trim() !== "";
  if (gone === undefined) {
    if (!said(by) && !said(reason)) return undefined;
    throw new UserError("--by and --reason belong to --gone", {
      code: "bad-unlock",
      nextStep: "name the lock with --gone, or leave them out",
    });
  }
  if (said(by) && said(reason)) return { ids: gone, by: by.trim(), reason: reason.trim() };
  throw new UserError("--gone needs a name and how it is known, which are recorded", {
    code: "bad-unlock",
    nextStep: 'add both: --by NAME --reason "runner-7 was deleted"',
  });
}

async function renderUnlock({ removed, left, interrupted }: UnlockReport, dryRun: boolean): Promise<string> {
  const { renderHolder } = await import("../stack/locks.js");
  if (removed.length + left.length === 0) return "the stack is not locked\n";
  const lines = removed.map(
    (lock) => `${dryRun ? "stale" : "took away"}: ${lock.id} of ${renderHolder(lock)}: ${lock.because}`,
  );
  for (const lock of left) {
    lines.push(`left: ${lock.id} of ${renderHolder(lock)}: ${lock.because}`);
    if (lock.state === "unknown")
      lines.push(`  next: make sure that it runs no more, then add: --gone ${lock.id} --by NAME --reason TEXT`);
  }
  if (removed.length > 0 && interrupted.length > 0) {
    lines.push(`a run was cut off in the middle of ${renderCount(interrupted.length, "operation")}:`);
    for (const { operation, urn } of interrupted) lines.push(`  ${operation} ${urn.split("::").slice(-2).join(" ")}`);
    lines.push("  next: allmende up (or refresh, to only look): it finds out what became of them");
  }
  return `${lines.join("\n")}\n`;
}
