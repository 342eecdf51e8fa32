import { resolve } from "node:path";
import { AllmendeError, UserError } from "@allmende/model";
import {
  describeHeld,
  failureNotice,
  heldNotice,
  type MemberRequest,
  type RequestedInventory,
} from "@allmende/requests";
import type { Context } from "../context.js";
import { renderDiagnostic, renderStep } from "../output/steps.js";
import { stackKey } from "../patch/planned-run.js";
import { type Engine, openEngine } from "../stack/engine.js";
import type { RunListener } from "../stack/events.js";
import { readStackFolder, type StackFolder } from "../stack/folder.js";
import { hasInventory } from "../stack/inventory-folder.js";
import { runEngine } from "../stack/run.js";
import { tellApplied } from "./applied-notices.js";
import { ApplyError, type ApplyProblem, problemOf, problemsFor } from "./apply-error.js";
import { whyNotApproved } from "./approvals.js";
import { readDeployedServices } from "./deployed.js";
import { makeSecrets } from "./made-secrets.js";
import { loadRequested, type Requested, readRequested } from "./requested.js";
import { settleRequested } from "./settled.js";
import { type RequestRow, readRequestStates } from "./states.js";
import type { Notice } from "./tell.js";
import { addUntold, isWanted, readUntold, type Untold, writeUntold } from "./untold.js";

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
  /** Requests in effect of which nobody could be told: the next time it is tried again. */
  readonly untold: readonly Untold[];
  /** Why somebody was not told. */
  readonly mailFailure?: AllmendeError | undefined;
}

/**
 * Applies what is accepted and due: refused before anything happens unless enough others approved; the staging stack first, then this one.
 * Whoever asked is told by e-mail what became of it, and members what was generated for them; also of what an earlier run left untold. Throws UserError `not-approved`, `no-requests`.
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
  let untold = readUntold(folder);
  try {
    if (inventory.work?.staging !== undefined) {
      staging = "failed";
      await bringUpStaging(context, readStackFolder(resolve(folder.directory, inventory.work.staging)), json);
      staging = "done";
    }
    const engine = await openEngine(folder, { force: context.force });
    madeSecrets = await makeSecrets(engine, inventory);
    if (inventory.mail !== undefined) {
      const deployed = await readDeployedServices(folder);
      untold = addUntold(untold, due, { inventory, deployed, madeSecrets, nowMs: Date.now() });
      writeUntold(folder, untold);
    }
    await bringUp(context, folder, json, engine);
  } catch (error) {
    if (context.signal.aborted) throw error;
    const failure =
      error instanceof AllmendeError
        ? error
        : new AllmendeError((error as Error).message, { code: "apply-failed", cause: error });
    const isDue = ({ id }: MemberRequest) => due.some(({ request }) => request.id === id);
    const isUntold = ({ id }: MemberRequest) => untold.some((each) => each.id === id);
    const requests = inventory.requests.filter((each) => isUntold(each) || isDue(each));
    const failed = await failedOf(context, folder, requested, requests);
    const notices = failedNotices(failed.filter(isDue), failure, inventory);
    return { ...report, madeSecrets, staging, failure, ...(await tellAll(failed, notices)) };
  }
  return { ...report, madeSecrets, staging, failure: undefined, ...(await tellAll()) };

  async function tellAll(failed: readonly MemberRequest[] = [], notices: readonly Notice[] = []) {
    const succeeded = inventory.requests.filter((each) => isWanted(each, inventory) && !failed.includes(each));
    const applied = untold.filter(({ id }) => succeeded.some((each) => each.id === id));
    const told = await tellApplied(context, folder, inventory, applied, [...waiting, ...notices]);
    if (inventory.mail !== undefined)
      writeUntold(
        folder,
        untold.filter((each) => !applied.includes(each) || told.untold.includes(each)),
      );
    return told;
  }
}

/** Of what is to be there, what is not: one service that fails keeps its neighbours from nothing. */
async function failedOf(
  context: Context,
  folder: StackFolder,
  requested: Requested,
  requests: readonly MemberRequest[],
): Promise<readonly MemberRequest[]> {
  const only = requests.map(({ id }) => id);
  const now = await readRequestStates(context, requested, folder, { only, live: true }).catch(() => []);
  // What a later request took the place of is known to be there once all is.
  const isThere = (id: string) =>
    now.some(
      ({ request, state, endedBy }) =>
        request.id === id && (state === "healthy" || (state === "ended" && endedBy === undefined)),
    );
  return requests.filter(({ id }) => !isThere(id));
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
      "have somebody else approve it (Approved-by:), or record an override (Override-by: and Override-reason:) in the merge commit, signed off by whoever merges (Signed-off-by:)",
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
    throw new ApplyError(problems, { code: "apply-failed", concerns: stackKey(folder), cause }, { said: !json });
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
  requests: readonly MemberRequest[],
  failure: AllmendeError,
  inventory: RequestedInventory,
): readonly Notice[] {
  return requests.map((request) => ({
    request,
    problems: () => problemsFor(request.member, failure, inventory),
    noticeOf: failureNotice,
  }));
}
