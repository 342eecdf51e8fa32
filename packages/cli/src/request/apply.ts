import { resolve } from "node:path";
import { AllmendeError, UserError } from "@allmende/model";
import { describeHeld, failureNotice, heldNotice, type RequestedInventory } from "@allmende/requests";
import type { Context } from "../context.js";
import { renderDiagnostic, renderStep } from "../output/steps.js";
import { stackKey } from "../patch/planned-run.js";
import { type Engine, openEngine } from "../stack/engine.js";
import type { RunListener } from "../stack/events.js";
import { readStackFolder, type StackFolder } from "../stack/folder.js";
import { hasInventory } from "../stack/inventory-folder.js";
import { runEngine } from "../stack/run.js";
import { appliedNotices } from "./applied-notices.js";
import { ApplyError, type ApplyProblem, problemOf, problemsFor } from "./apply-error.js";
import { whyNotApproved } from "./approvals.js";
import { makeSecrets } from "./made-secrets.js";
import { loadRequested, type Requested, readRequested } from "./requested.js";
import { settleRequested } from "./settled.js";
import { type RequestRow, readRequestStates } from "./states.js";
import { type Notice, tell } from "./tell.js";

/** What became of what was accepted. */
export interface ApplyReport {
  /** Ids of requests that were to be applied. */
  readonly requests: readonly string[];
  /** Names of secrets that were made in Pulumi's configuration: its file is to be committed. */
  readonly madeSecrets: readonly string[];
  readonly staging: "none" | "done" | "failed";
  /** Requests that wait, since they do not fit beside those that came first. */
  readonly held: readonly ReturnType<typeof describeHeld>[];
  readonly failure: AllmendeError | undefined;
  /** Who was told that their request is in effect, did not succeed, or waits. */
  readonly told: readonly string[];
  /** Why somebody was not. */
  readonly mailFailure?: AllmendeError | undefined;
}

/**
 * Applies what is accepted and due: refused before anything happens unless enough others approved; the staging stack first, then this one.
 * Whoever asked is told by e-mail what became of it, with what was generated for them. Throws UserError `not-approved`, `no-requests`.
 */
export async function applyRequests(
  context: Context,
  folder: StackFolder,
  { json = false }: { readonly json?: boolean | undefined },
): Promise<ApplyReport> {
  const all = readRequested(folder.directory);
  const requested = await settleRequested(all, { folder });
  const rows = (await readRequestStates(context, all, folder, {})).filter(({ state }) => state !== "held");
  requireApproval(rows);
  const inventory = loadRequested(requested, Date.now());
  const due = rows.filter(({ state, request }) => request.change !== "work" && ["approved", "failed"].includes(state));
  const report = {
    requests: due.map(({ request }) => request.id),
    held: requested.held.map(describeHeld),
  };
  const waiting = requested.held.map((held): Notice => ({ ...held, noticeOf: heldNotice }));
  let staging: ApplyReport["staging"] = "none";
  let madeSecrets: string[] = [];
  try {
    if (inventory.work?.staging !== undefined) {
      staging = "failed";
      await bringUpStaging(context, readStackFolder(resolve(folder.directory, inventory.work.staging)), json);
      staging = "done";
    }
    const engine = await openEngine(folder, { force: context.force });
    madeSecrets = await makeSecrets(engine, inventory);
    await bringUp(context, folder, json, engine);
    return { ...report, madeSecrets, staging, failure: undefined, ...(await tellAll(due)) };
  } catch (error) {
    if (context.signal.aborted) throw error;
    const failure =
      error instanceof AllmendeError
        ? error
        : new AllmendeError((error as Error).message, { code: "apply-failed", cause: error });
    const failed = await failedOf(context, folder, requested, due);
    const notices = failedNotices(failed, failure, inventory);
    return { ...report, madeSecrets, staging, failure, ...(await tellAll(without(due, failed), notices)) };
  }

  async function tellAll(applied: readonly RequestRow[], failed: readonly Notice[] = []) {
    const requests = applied.map(({ request }) => request);
    const { notices, failure } = await appliedNotices(folder, inventory, requests, madeSecrets);
    const told = await tell(context, folder, inventory, [...waiting, ...notices, ...failed]);
    return { ...told, mailFailure: told.mailFailure ?? failure };
  }
}

function without(rows: readonly RequestRow[], others: readonly RequestRow[]): RequestRow[] {
  return rows.filter((row) => !others.includes(row));
}

/** Of what was due, what is still not there: one service that fails keeps its neighbours from nothing. */
async function failedOf(
  context: Context,
  folder: StackFolder,
  requested: Requested,
  due: readonly RequestRow[],
): Promise<readonly RequestRow[]> {
  const only = due.map(({ request }) => request.id);
  const now = await readRequestStates(context, requested, folder, { only, live: true }).catch(() => []);
  const isThere = (id: string) =>
    now.some(({ request, state }) => request.id === id && ["healthy", "ended"].includes(state));
  return due.filter(({ request }) => !isThere(request.id));
}

/** Everything on the branch that is not ended was approved. */
function requireApproval(rows: readonly RequestRow[]): void {
  const missing = rows.filter(({ approval, request }) => request.change !== "work" && approval?.approved !== true);
  if (missing.length === 0) return;
  const lines = missing.map(
    (row) =>
      `${row.request.id}: ${row.approval === undefined ? "it is in no repository" : whyNotApproved(row.approval)}`,
  );
  throw new UserError(["nothing is applied before it is approved:", ...lines].join("\n  "), {
    code: "not-approved",
    concerns: missing[0]?.request.file,
    nextStep:
      "have somebody else approve it, or record an override: Override-by: and Override-reason: in the merge commit",
  });
}

/** A staging stack that has an inventory has secrets of its own for what is requested there. */
async function bringUpStaging(context: Context, folder: StackFolder, json: boolean): Promise<void> {
  const engine = await openEngine(folder, { force: context.force });
  if (hasInventory(folder.directory))
    await makeSecrets(engine, loadRequested(readRequested(folder.directory), Date.now()));
  await bringUp(context, folder, json, engine);
}

async function bringUp(context: Context, folder: StackFolder, json: boolean, engine: Engine): Promise<void> {
  const problems: ApplyProblem[] = [];
  const listener: RunListener = {
    onStep: (step) => say(context, json, renderStep(step, { planned: false, style: context.style })),
    onDiagnostic: (diagnostic) => {
      if (diagnostic.severity === "error") problems.push(problemOf(diagnostic));
      say(context, json, renderDiagnostic(diagnostic, context.style));
    },
  };
  try {
    await runEngine(context, engine, "up", { listener });
  } catch (cause) {
    // The engine's last words are of little use to a member.
    if (context.signal.aborted || problems.length === 0) throw cause;
    throw new ApplyError(problems, { code: "apply-failed", concerns: stackKey(folder), cause });
  }
  const { readStatus } = await import("../live/status.js");
  const { rows, errors: unreachable } = await readStatus(context, folder);
  const bad = rows
    .filter(({ ok }) => !ok)
    .map(({ service, state }) => ({ type: "Service", name: service, message: `${service} is ${state}` }));
  const silent = unreachable.map(({ host, error }) => ({
    type: "Host",
    name: host,
    message: `${host}: ${error.message}`,
  }));
  if (bad.length === 0 && silent.length === 0) return;
  throw new ApplyError([...bad, ...silent], {
    code: "unhealthy",
    concerns: stackKey(folder),
    nextStep: "look at its log: allmende logs",
  });
}

function say({ terminal }: Context, json: boolean, line: string | undefined): void {
  if (!json && line !== undefined) terminal.out(`${line}\n`);
}

function failedNotices(
  rows: readonly RequestRow[],
  failure: AllmendeError,
  inventory: RequestedInventory,
): readonly Notice[] {
  return rows.map(({ request }) => ({
    request,
    problems: () => problemsFor(request.member, failure, inventory),
    noticeOf: failureNotice,
  }));
}
