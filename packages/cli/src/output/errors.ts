import { stylesFor } from "./style.js";

/** The fields that an error of ours may carry; read by shape, since a stack may bring its own copy of the model. */
interface ShownError extends Error {
  readonly code?: unknown;
  readonly concerns?: unknown;
  readonly nextStep?: unknown;
  readonly logTail?: unknown;
}

/**
 * An error as its reader needs it: what happened, where, what to do next; never a stack trace unless `debug`.
 * Unexpected errors (bugs) show their message and how to see more. `subject`: the host that it happened on.
 */
export function renderError(error: unknown, options: { colors: boolean; debug: boolean; subject?: string }): string {
  const style = stylesFor(options.colors);
  const shown = (error instanceof Error ? error : new Error(String(error))) as ShownError;
  const said = options.subject === undefined || shown.message.startsWith(`${options.subject}: `);
  const subject = said ? "" : `${options.subject}: `;
  const lines = [`${style.red("error:")} ${subject}${shown.message}`];
  const concerns = text(shown.concerns);
  if (concerns !== "" && !shown.message.includes(concerns)) lines.push(`  where: ${concerns}`);
  for (const cause of causesOf(shown)) lines.push(`  because: ${cause}`);
  const log = text(shown.logTail).trimEnd();
  if (log !== "") lines.push("  end of the log:", ...log.split("\n").map((line) => `    ${line}`));
  const nextStep = text(shown.nextStep);
  if (nextStep !== "") lines.push(`  next: ${nextStep}`);
  else if (typeof shown.code !== "string" && !("__pulumiRunError" in shown))
    lines.push("  next: run it again with ALLMENDE_DEBUG=1 to see where this comes from");
  if (options.debug) lines.push("", shown.stack ?? "", ...debugCauses(shown));
  return `${lines.join("\n")}\n`;
}

/** An error as JSON output shows it. */
export function describeError(error: unknown): Record<string, unknown> {
  const shown = (error instanceof Error ? error : new Error(String(error))) as ShownError;
  return {
    message: shown.message,
    code: typeof shown.code === "string" ? shown.code : "unexpected",
    ...(text(shown.concerns) && { concerns: text(shown.concerns) }),
    ...(text(shown.logTail).trim() && { logTail: text(shown.logTail).trimEnd() }),
    ...(text(shown.nextStep) && { nextStep: text(shown.nextStep) }),
  };
}

function causesOf(error: Error): string[] {
  const causes: string[] = [];
  for (let cause = error.cause; cause instanceof Error && causes.length < 5; cause = cause.cause) {
    if (!error.message.includes(cause.message) && !causes.includes(cause.message)) causes.push(cause.message);
  }
  return causes;
}

function debugCauses(error: Error): string[] {
  return error.cause instanceof Error
    ? [`caused by: ${error.cause.stack ?? error.cause.message}`, ...debugCauses(error.cause)]
    : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
