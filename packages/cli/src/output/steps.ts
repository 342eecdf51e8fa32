import type { Diagnostic, RunSummary, Step } from "../stack/events.js";
import { nameOfUrn } from "../stack/urn.js";
import type { Styles } from "./style.js";

const signs: Readonly<Record<string, string>> = {
  create: "+",
  update: "~",
  delete: "-",
  replace: "±",
  "create-replacement": "+",
  "delete-replaced": "-",
  read: ">",
  refresh: "~",
  import: "=",
  "discard-replaced": "-",
  "import-replacement": "=",
};

const done: Readonly<Record<string, string>> = {
  create: "created",
  update: "updated",
  delete: "deleted",
  replace: "replaced",
  "create-replacement": "created anew",
  "delete-replaced": "old one deleted",
  read: "read",
  refresh: "has drifted",
  import: "imported",
};

/** One line for a step that changes something; undefined for steps that nobody needs to hear of. */
export function renderStep(step: Step, options: { planned: boolean; style: Styles }): string | undefined {
  if (step.type === "pulumi:pulumi:Stack" || step.type.startsWith("pulumi:providers:")) return undefined;
  if (!step.failed && (step.operation === "same" || step.operation === "replace")) return undefined;
  if (!step.failed && step.operation === "refresh" && step.changes.length === 0) return undefined;
  const what = `${kindOf(step.type)} ${step.name}`;
  if (step.failed) return options.style.red(`! ${what}: ${step.operation} failed`);
  const verb = options.planned ? `to ${step.operation}` : (done[step.operation] ?? step.operation);
  const changes = step.changes.length > 0 ? ` [${step.changes.map(renderChange).join(", ")}]` : "";
  const duration =
    !options.planned && step.durationMs >= 100 ? options.style.dim(` ${renderSeconds(step.durationMs)}`) : "";
  const note = options.planned && step.note ? `  ${options.style.dim(step.note)}` : "";
  return `${signs[step.operation] ?? " "} ${what} ${verb}${changes}${note}${duration}`;
}

/** The property that differs; of a file's digest, the file. */
function renderChange(property: string): string {
  return /^digests\["(.*)"\]$/.exec(property)?.[1] ?? property;
}

/** A diagnostic with the resource that it concerns. */
export function renderDiagnostic(diagnostic: Diagnostic, style: Styles): string {
  const isStack = diagnostic.urn?.includes("::pulumi:pulumi:Stack::") ?? true;
  const name = diagnostic.urn && !isStack ? `${nameOfUrn(diagnostic.urn)}: ` : "";
  const text = `${name}${diagnostic.message.trim()}`.replaceAll("\n", "\n    ");
  if (diagnostic.severity === "error") return `${style.red("error:")} ${text}`;
  if (diagnostic.severity === "warning") return `${style.yellow("warning:")} ${text}`;
  return `  ${text}`;
}

/** `2 created, 8 unchanged (12.3 s)`. */
export function renderChanges(summary: RunSummary, planned: boolean): string {
  const words: Record<string, string> = { ...done, same: "unchanged" };
  const parts = Object.entries(summary.changes)
    .filter(([, count]) => count > 0)
    .map(([operation, count]) =>
      planned && operation !== "same" ? `${count} to ${operation}` : `${count} ${words[operation] ?? operation}`,
    );
  return `${parts.length > 0 ? parts.join(", ") : "nothing to do"} (${renderSeconds(summary.durationMs)})`;
}

/** 1234 ms as `1.2 s`. */
export function renderSeconds(durationMs: number): string {
  return `${(durationMs / 1000).toFixed(1)} s`;
}

function kindOf(type: string): string {
  return type.startsWith("allmende:") ? (type.split(":").at(-1) ?? type) : type;
}
