import { Command } from "commander";
import { type Context, writeJson } from "../context.js";
import type { Requested } from "../request/requested.js";
import type { RequestRow } from "../request/states.js";
import { withExamples } from "./options.js";

interface RequestListOptions {
  readonly folder: string;
  readonly stack?: string;
  readonly member?: string;
  readonly live?: boolean;
  readonly json?: boolean;
}

function listing(command: Command): Command {
  return command
    .option("-f, --folder <dir>", "the inventory, or a stack folder that has one", ".")
    .option("-s, --stack <name>", "which stack, when the folder has several")
    .option("--live", "also ask the hosts whether services are healthy")
    .option("--json", "print a JSON document instead of text");
}

export function requestListCommand(context: Context): Command {
  const command = listing(new Command("list").summary("all requests and the state of each"))
    .description(
      "All requests and the state of each: asked, checked, approved, scheduled (its day is to come), applied, healthy, failed (applying was tried, or it is not healthy), held (it does not fit beside what came first), replaced (a later request about the same service is in effect), ended (its service ended, or the work is done). Told by git, by the stack's state and, with --live, by the hosts; written down nowhere.",
    )
    .option("--member <name>", "only this member's")
    .action(async (options: RequestListOptions) => await list(context, options));
  return withExamples(command, [["allmende request list -f stacks/lab --live", "with what the hosts say"]]);
}

export function requestShowCommand(context: Context): Command {
  const command = listing(new Command("show").summary("one request, and how it came about"))
    .description(
      "One request: its state, who approved it, which generated passwords its member is told and how, and its history from git.",
    )
    .argument("<id>", "name of the request")
    .action(async (id: string, options: RequestListOptions) => await show(context, id, options));
  return withExamples(command, [["allmende request show 20261124-1530-anna-blog", "in the current folder"]]);
}

/** Without the stack's state nobody knows what is applied: said beside the output, where some request may be. */
async function noteMissingState(context: Context, options: RequestListOptions, rows: readonly RequestRow[]) {
  if (!rows.some(({ request, state }) => state === "approved" && request.change !== "work")) return;
  const { findStackFolder } = await import("../request/history.js");
  const { lastAppliedMs } = await import("../request/last-applied.js");
  const folder = findStackFolder(options.folder, options.stack);
  if (folder !== undefined && (await lastAppliedMs(folder)) !== undefined) return;
  const why = folder === undefined ? "this is no stack's folder" : `here is no state of the stack ${folder.stack}`;
  const note = `${why}: unless nothing was ever applied, "approved" also stands for what is applied already`;
  context.terminal.err(`${context.style.yellow("note")}: ${note}\n`);
}

async function list(context: Context, options: RequestListOptions): Promise<void> {
  const { renderTable } = await import("../output/table.js");
  const { readRequested } = await import("../request/requested.js");
  const requested = readRequested(options.folder);
  const rows = (await states(context, options, requested)).filter(
    ({ request }) => options.member === undefined || request.member === options.member,
  );
  await noteMissingState(context, options, rows);
  if (rows.length === 0) {
    // Former members may have requests; whoever has none is perhaps misspelt.
    const { checkMember } = await import("../windows/announcements.js");
    checkMember({ members: membersOf(requested) }, options.member);
  }
  if (options.json) {
    writeJson(context, { ok: true, requests: rows.map(describeRow) });
    return;
  }
  if (rows.length === 0) {
    context.terminal.out("no requests\n");
    return;
  }
  const cells = rows.map(({ request, state, endedBy }) => [
    request.id,
    request.member,
    request.change === "work" ? request.title : `${request.change} ${request.service}`,
    request.date,
    describeState(state, endedBy),
  ]);
  context.terminal.out(
    renderTable(["REQUEST", "MEMBER", "ASKS FOR", "FROM", "STATE"], cells, { style: context.style, right: [] }),
  );
}

function membersOf({ files }: Requested): { readonly name: string }[] {
  return [...files.keys()].flatMap((path) => {
    const [, name] = /^members\/(.+)\.yaml$/.exec(path) ?? [];
    return name === undefined ? [] : [{ name }];
  });
}

async function show(context: Context, id: string, options: RequestListOptions): Promise<void> {
  const { unknownRequest } = await import("../request/unknown-request.js");
  const { readHistory } = await import("../request/history.js");
  const { readRequested } = await import("../request/requested.js");
  const requested = readRequested(options.folder);
  const [row] = await states(context, options, requested, [id]);
  if (row === undefined) throw unknownRequest(id);
  const { describeApproval, whyNotApproved } = await import("../request/approvals.js");
  const { describeTold } = await import("../request/told.js");
  const { describeAsked } = await import("../request/describe-asked.js");
  const history = await readHistory(requested.directory, row.request.file);
  const told = await describeTold(requested, row.request);
  if (options.json) {
    writeJson(context, { ok: true, ...describeRow(row), told, history });
    return;
  }
  const { request, state, endedBy, approval, because } = row;
  await noteMissingState(context, options, [row]);
  const lines = [
    `${request.id}: ${describeState(state, endedBy)}`,
    ...(because ?? []).map((why) => `  ${why}`),
    ...(await describeAsked(requested, request)),
    ...(approval?.approval === undefined
      ? []
      : [
          approval.approved || approval.approval.by.length > 0
            ? describeApproval(approval.approval)
            : `not approved: ${whyNotApproved(approval)}`,
        ]),
    ...told,
    ...history.map(({ at, who, subject }) => `  ${at}  ${who}  ${subject}`),
  ];
  context.terminal.out(`${lines.join("\n")}\n`);
}

function describeState(state: string, endedBy: string | undefined): string {
  return endedBy === undefined ? state : `${state} by ${endedBy}`;
}

async function states(context: Context, options: RequestListOptions, requested: Requested, only?: readonly string[]) {
  const { readRequestStates } = await import("../request/states.js");
  const { findStackFolder } = await import("../request/history.js");
  const folder = findStackFolder(options.folder, options.stack);
  return await readRequestStates(context, requested, folder, {
    live: options.live ?? false,
    ...(only && { only }),
  });
}

function describeRow({ request, state, endedBy, because, approval }: Awaited<ReturnType<typeof states>>[number]) {
  const { locate: _locate, askedAtMs, ...shown } = request;
  return {
    ...shown,
    askedAt: new Date(askedAtMs).toISOString(),
    state,
    endedBy,
    because,
    approval: approval?.approval,
  };
}
