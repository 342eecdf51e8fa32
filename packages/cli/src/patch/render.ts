import { renderCount, renderDuration } from "@allmende/model";
import {
  type DataDate,
  describeHeldKernel,
  describeStop,
  type HeldKernel,
  type HostLock,
  type HostPatchState,
  type HostResult,
  type HostRun,
  releaseStep,
  renderPending,
} from "@allmende/patching";
import type { Context } from "../context.js";
import { renderError } from "../output/errors.js";
import type { Styles } from "../output/style.js";
import { renderTable } from "../output/table.js";
import { renderWall, renderWallOf, zoneOfOccurrence } from "../windows/wall-time.js";
import type { BlackedOutOpening } from "./blacked-out.js";
import type { LostOpening } from "./lost.js";
import type { HostPatchPlan, WindowPatchPlan } from "./plan.js";
import type { StackPatchRun } from "./run.js";

/** A window's plan: when, then wave by wave what each host would get. */
export function renderPatchPlan(plan: WindowPatchPlan, style: Styles): string {
  const lines = [
    `${style.bold(plan.window)}: ${describeOpening(plan, style)} (${plan.updates} updates, reboot ${plan.reboot}${ofSnapshot(plan, ", ")})`,
  ];
  for (const { kind, number, soakSeconds, hosts } of plan.waves) {
    const soak = soakSeconds > 0 ? `, then ${renderDuration(soakSeconds)} of waiting` : "";
    lines.push(`  ${kind}${number === undefined ? "" : ` ${number}`}${soak}`);
    for (const host of hosts) lines.push(...renderHostPlan(host, style).map((line) => `    ${line}`));
  }
  lines.push(...renderBeginBy(plan, style));
  return `${lines.join("\n")}\n`;
}

/** Until when a run is in time for the hosts after the canary. */
function renderBeginBy({ beginBy, occurrence }: WindowPatchPlan, style: Styles): string[] {
  if (beginBy === undefined || occurrence === undefined || occurrence.blackout !== undefined) return [];
  const because = "its soak and cutoff.upgrade";
  if (beginBy <= occurrence.startsAt) {
    const alone = "the canary is all that is patched, however early a run begins";
    return [`  ${style.yellow(`too narrow: ${alone}: ${because} leave no time for the others (allmende check)`)}`];
  }
  const latest = renderWall(beginBy, zoneOfOccurrence(occurrence.id));
  return [`  a run that begins after ${latest} patches the canary alone (${because}); the earlier, the more hosts`];
}

/** When it opens, or why it does not. */
function describeOpening({ occurrence, open }: WindowPatchPlan, style: Styles): string {
  if (occurrence === undefined) return "never opens again";
  const { id, startsAt, endsAt, blackout } = occurrence;
  const [start, end] = [renderWall(startsAt, zoneOfOccurrence(id)), renderWallOf(endsAt, id)];
  if (open) return `open until ${end}`;
  if (blackout === undefined) return `opens ${start}, until ${end}`;
  if (blackout.isUnknown) return style.yellow(`closed: ${blackout.reason}`);
  const because = blackout.reason === undefined ? "" : `: ${blackout.reason}`;
  return style.yellow(`closed ${start} to ${end}, a blackout${because}`);
}

/** `, snapshot 20261124T020000Z`, where there is one. */
function ofSnapshot({ snapshot }: { readonly snapshot?: string | undefined }, before: string): string {
  return snapshot === undefined ? "" : `${before}snapshot ${snapshot}`;
}

function renderHostPlan(host: HostPatchPlan, style: Styles): string[] {
  if ("error" in host) return renderSilentHost(host.host, host.error, style);
  const { packages, restarts, reboot } = host;
  const nothing = packages.length === 0 && restarts.length === 0 && reboot === undefined;
  return [
    `${host.host}: ${nothing ? "nothing is pending" : renderCount(packages.length, "package")}`,
    ...renderPending(host, style.yellow).map((line) => `  ${line}`),
  ];
}

/** Why a host did not say what is pending, as `describeError` has it. */
function renderSilentHost(host: string, error: Readonly<Record<string, unknown>>, style: Styles): string[] {
  const { message, logTail, nextStep } = error;
  const log = typeof logTail === "string" ? logTail.split("\n").slice(-5) : [];
  return [
    `${host}: ${style.red(String(message).replace(`${host}: `, ""))}`,
    ...log.map((line) => `  | ${line}`),
    ...(typeof nextStep === "string" ? [`  next: ${nextStep}`] : []),
  ];
}

/** From when the CVEs of a plan are known, or how they can be. */
export function renderDataNote(
  dated: DataDate | undefined,
  style: Styles,
  others: readonly { readonly host: string; readonly release: string }[] = [],
): string {
  if (dated === undefined)
    return "CVEs are not shown: say where Debian's security data is, --vulnerabilities FILE|URL\n";
  const { origin, date, staleBecause } = dated;
  const stale = staleBecause === undefined ? "" : style.yellow(`, an earlier copy: ${staleBecause}`);
  const names = [...new Set(others.map(({ host, release }) => `${host} (${release})`))];
  const unknown = names.length === 0 ? "" : style.yellow(`; not shown of another release: ${names.join(", ")}`);
  return `CVEs by ${origin} of ${date.slice(0, 10)}${stale}${unknown}\n`;
}

/** A window that stayed closed and need not have; what is wrong with its calendar was said as a warning. */
export function renderLostOpening({ window, occurrence }: LostOpening, style: Styles): string {
  return `${style.bold(window)}: ${style.red("closed: its calendar of blackouts cannot be read")}\n  not done: ${occurrence}\n`;
}

/** A window that a blackout closes, so that a night's log says why nothing was done. */
export function renderBlackedOut({ window, occurrence, reason }: BlackedOutOpening, style: Styles): string {
  const why = reason === undefined ? "" : `: ${reason}`;
  return `${style.bold(window)}: ${style.yellow(`does not take place, a blackout${why}`)}\n  not done: ${occurrence}\n`;
}

/** How a run ended, host by host, with what a person has to know. */
export function renderPatchRun(run: StackPatchRun, { style, terminal, debug }: Context): string {
  const shownAs = { colors: terminal.colors, debug };
  const hosts = run.hosts.flatMap((result) =>
    "error" in result
      ? [renderError(result.error, { ...shownAs, subject: result.host }).trimEnd()]
      : renderResult(result, style),
  );
  const stopped = run.stopped === undefined ? [] : [style.red(describeStop(run.stopped))];
  return `${[...hosts, ...stopped].join("\n")}\n`;
}

function renderResult(result: Exclude<HostResult, { error: Error }>, style: Styles): string[] {
  if (result.state === "not-begun") return [`${result.host}: ${style.yellow("left alone")}`];
  const { run } = result;
  const color = result.state === "done" ? style.green : style.red;
  const reboot =
    run.reboot.state === "not-needed" || run.reboot.state === "unknown" ? "" : `, reboot ${run.reboot.state}`;
  return [
    `${result.host}: ${result.isEarlier ? "already " : ""}${color(run.outcome)}, ${renderCount(run.upgraded.length, "package")}, ${renderCount(run.restarted.length, "restart")}${reboot}${ofSnapshot(run, ", ")}${result.isEarlier ? ` (by ${run.owner}, begun ${renderWallOf(run.startedAt, run.occurrence)}; nothing was done now)` : ""}`,
    ...renderPendingSince(result, style),
    ...(run.cause === undefined ? [] : [`  because: ${run.cause.message}`]),
    ...renderHeld(run.heldKernels, style).map((line) => `  ${line}`),
    ...(run.reboot.state === "deferred" ? [`  reboot: ${run.reboot.reason}`] : []),
    ...run.keptFiles.map(({ path, offered }) => `  kept: ${path} (the package's own is ${offered})`),
    ...run.checks.filter(({ state }) => state === "warn").map(({ text }) => `  note: ${text}`),
    ...run.irreversible.map((text) => `  cannot be taken back: ${text}`),
    ...(result.state === "done" ? [] : run.log.map((line) => `  | ${line}`)),
  ];
}

/** What has come after a run that is not done twice. */
function renderPendingSince({ pendingCount }: { readonly pendingCount?: number | undefined }, style: Styles): string[] {
  if (pendingCount === undefined) return [];
  const waiting = pendingCount === 1 ? "waits" : "wait";
  const since = `${renderCount(pendingCount, "package")} ${waiting} since then`;
  return [`  ${style.yellow(since)}: for the next opening, or for a run with --emergency (allmende patch plan)`];
}

export function renderPatchStatus(
  hosts: readonly { readonly host: string; readonly value: HostPatchState }[],
  style: Styles,
): string {
  const rows = hosts.map((host) => {
    const { lock, runs } = host.value;
    const held = lock && `${lock.occurrence} by ${lock.owner}, last sign of life ${lock.ageSeconds} s ago`;
    const [last] = runs;
    return [
      host.host,
      held ? style.yellow(held) : "free",
      last ? `${last.outcome} (${last.occurrence}${ofSnapshot(last, ", ")})` : "none yet",
    ];
  });
  const held = hosts.flatMap(({ host, value }) =>
    renderHeld(value.heldKernels, style).map((line) => `${host}: ${line}\n`),
  );
  const locked = hosts.flatMap(({ host, value: { lock } }) => (lock === undefined ? [] : [renderLock(host, lock)]));
  const notes = hosts.flatMap(({ host, value }) =>
    notesThatLast(value.runs[0]).map((text) => `${host}: note: ${text}\n`),
  );
  return [renderTable(["HOST", "HELD BY", "LAST RUN"], rows, { style, right: [] }), ...held, ...locked, ...notes].join(
    "",
  );
}

/** What to do about a run that holds a host: it cannot be seen from here whether its runner is still there. */
function renderLock(host: string, { stack, owner }: HostLock): string {
  return `${host}: this run of ${stack} is on its way, or was cut off. Has its runner (${owner}) ended? Then finish it: allmende patch run --resume\n`;
}

/** What a run left for a person to look at on its host: what got worse beside it, was not started again, or still runs on replaced files. */
function notesThatLast(run: HostRun | undefined): string[] {
  const noted = run?.checks.filter(({ name, state }) => state === "warn" && /^(beside|left|needrestart):/.test(name));
  return noted?.map(({ text }) => text) ?? [];
}

/** Kernels that runs leave alone, a line each. */
function renderHeld(heldKernels: readonly HeldKernel[] = [], style: Styles): string[] {
  return heldKernels.map((held) => `${style.yellow("held")}: ${describeHeldKernel(held)} (${releaseStep})`);
}

export function renderPatchHistory(runs: readonly (HostRun & { readonly host: string })[], style: Styles): string {
  const rows = runs.map((run) => [
    ...[renderWallOf(run.startedAt, run.occurrence), run.host, run.occurrence],
    (run.outcome === "done" ? style.green : style.red)(run.outcome),
    ...[String(run.upgraded.length), run.reboot.state, run.snapshot ?? "-"],
    run.emergency?.reason ?? run.cause?.message ?? "",
  ]);
  const header = ["STARTED", "HOST", "OCCURRENCE", "OUTCOME", "PACKAGES", "REBOOT", "SNAPSHOT", "NOTE"];
  return renderTable(header, rows, { style, right: ["PACKAGES"] });
}
