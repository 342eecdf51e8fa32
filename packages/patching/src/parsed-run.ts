import { type HeldKernel, parseHeldKernel } from "./held-kernel.js";
import type { HostRun, RunCheck, RunPhase, RunProof } from "./host-run.js";
import { parsePackage } from "./inspect-pending.js";
import { isoTime } from "./iso-time.js";
import type { RunPrediction } from "./run-policy.js";
import { fieldsByKind } from "./script-output.js";

/** Lines of one report with its journal to the run that they tell of; lines that make no sense are passed over. */
export function parseRun(lines: readonly string[]): HostRun {
  const of = fieldsByKind(lines);
  const last = (kind: string) => of(kind).at(-1);
  const [stack = "", key = "", owner = "", startedAt = "0", occurrence = key] = last("run") ?? [];
  const emergency = last("emergency");
  const snapshot = last("snapshot")?.[0];
  const cause = of("cause")[0];
  const ordered = of("ordered").map(parsePackage);
  const predicted = parsePrediction(of("predicted"));
  const heldKernels = parseHeld(of("held"), of("unheld"));
  return {
    stack,
    occurrence,
    owner,
    startedAt: isoTime(startedAt),
    ...(snapshot !== undefined && { snapshot }),
    ...(emergency && { emergency: { by: emergency[0] ?? "", reason: emergency[1] ?? "" } }),
    outcome: (last("outcome")?.[0] ?? "unfinished") as HostRun["outcome"],
    ...(cause && { cause: { code: cause[0] ?? "", message: cause[1] ?? "" } }),
    checks: latest(of("check").map(([name = "", state, text = ""]) => ({ name, state, text }) as RunCheck)),
    ...(ordered.length > 0 && { ordered }),
    ...(predicted && { predicted }),
    upgraded: latest(
      of("upgraded").map(([name = "", from, to = ""]) => ({ name, from: from === "-" ? undefined : from, to })),
    ),
    keptFiles: of("conffile").map(([path = "", offered = ""]) => ({ path, offered })),
    restarted: of("restarted").map(([whose = "", unit = ""]) => ({ of: whose, unit })),
    reboot: parseReboot(of("reboot")),
    ...(heldKernels.length > 0 && { heldKernels }),
    proof: [...proofsOf("proof", of("proof")), ...proofsOf("reproof", of("reproof"))],
    irreversible: [...new Set(of("irreversible").map(([text = ""]) => text))],
    log: of("log").map((fields) => fields.join("\t")),
    phases: parsePhases(of("journal")),
  };
}

/** A phase that was cut off is tried again: what it says last counts. */
function latest<T extends { readonly name: string }>(entries: readonly T[]): T[] {
  return [...new Map(entries.map((entry) => [entry.name, entry])).values()];
}

/** `held` lines; `unheld RELEASE VERSION` ends one. */
function parseHeld(held: readonly (readonly string[])[], unheld: readonly (readonly string[])[]): HeldKernel[] {
  const ended = new Set(unheld.map(([release = "", version = ""]) => `${release} ${version}`));
  const kernels = new Map(
    held.map((fields): [string, HeldKernel] => [`${fields[0]} ${fields[2]}`, parseHeldKernel(fields)]),
  );
  return [...kernels].flatMap(([key, kernel]) => (ended.has(key) ? [] : [kernel]));
}

function proofsOf(round: RunProof["round"], lines: readonly (readonly string[])[]): RunProof[] {
  return latest(lines.map(([name = "", state, text = ""]) => ({ round, name, ok: state === "ok", text })));
}

/** `restart OF UNIT`, and one `reboot REASON|-`: without that, nothing was predicted. */
function parsePrediction(lines: readonly (readonly string[])[]): RunPrediction | undefined {
  const reboot = lines.find(([kind]) => kind === "reboot");
  if (reboot === undefined) return undefined;
  const restarts = lines
    .filter(([kind]) => kind === "restart")
    .map(([, whose = "", unit = ""]) => ({ of: whose, unit }));
  return { restarts, reboot: reboot[1] === "-" ? undefined : reboot[1] };
}

function parseReboot(lines: readonly (readonly string[])[]): HostRun["reboot"] {
  const state = (lines.at(-1)?.[0] ?? "unknown") as HostRun["reboot"]["state"];
  const reason = lines.filter(([of]) => of === "needed" || of === "deferred").at(-1)?.[1];
  const [, after, before] = lines.findLast(([of]) => of === "done") ?? [];
  const bootIds = after === undefined || before === undefined ? undefined : { before, after };
  return { state, ...(reason !== undefined && { reason }), ...(bootIds && { bootIds }) };
}

/** Journal lines `EPOCH PHASE EVENT`; a phase counts from its first begin to its end. */
function parsePhases(lines: readonly (readonly string[])[]): RunPhase[] {
  const phases = new Map<string, RunPhase>();
  for (const [epoch = "0", phase = "", event] of lines) {
    const known = phases.get(phase);
    if (event === "begin" && known === undefined) phases.set(phase, { phase, startedAt: isoTime(epoch) });
    if (event === "end" && known !== undefined && known.seconds === undefined)
      phases.set(phase, { ...known, seconds: Number(epoch) - Date.parse(known.startedAt) / 1000 });
  }
  return [...phases.values()];
}
