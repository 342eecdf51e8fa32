import type { Command } from "commander";
import { type Context, writeJson } from "../context.js";
import { exitCodes } from "../exit-codes.js";
import { type StackOptions, stackCommand, withExamples } from "./options.js";

export function requestApprovedCommand(context: Context): Command {
  const command = stackCommand("approved", "whether enough others approved what was merged")
    .description(
      "Whether each request on this branch was approved by as many others as work.yaml says; whoever wrote it never counts. Approvals are what the forge says of the change with which " +
        "it came (in a job of GitHub, Forgejo or GitLab; FORGE_TOKEN), else the trailers Approved-by: and Reviewed-by: of the merge commit, which whoever merged signs off: without their Signed-off-by: (git merge --no-ff --signoff; a fast-forward makes no merge commit) none counts. " +
        "A hostmaster's override stands there too, signed off likewise: Override-by: and Override-reason:, both. What stands there and does not count is told with the reason (`ignored`). Exit code 2 when one is missing.",
    )
    .action(async (path: string, options: StackOptions) => await approved(context, path, options));
  return withExamples(command, [["allmende request approved stacks/lab", "before anything is applied"]]);
}

async function approved(context: Context, path: string, options: StackOptions): Promise<void> {
  const { readApprovals, whyNotApproved } = await import("../request/approvals.js");
  const rows = await readApprovals(context, path);
  const ok = rows.every((row) => row.approved);
  if (!ok) context.exitCode = exitCodes.usage;
  if (options.json) {
    writeJson(context, {
      ok,
      requests: rows.map(({ request, approved, approval }) => ({ id: request.id, approved, ...approval })),
    });
    return;
  }
  const { green, red } = context.style;
  const lines = rows.map((row) => {
    const override = row.approval?.override;
    if (!row.approved) return `${red("missing")}  ${row.request.id}: ${whyNotApproved(row)}`;
    const by = override === undefined ? row.approval?.by.join(", ") : `override by ${override.by}: ${override.reason}`;
    return `${green("approved")} ${row.request.id}: ${by} (${row.approval?.source})`;
  });
  context.terminal.out(lines.length === 0 ? "no requests\n" : `${lines.join("\n")}\n`);
}
