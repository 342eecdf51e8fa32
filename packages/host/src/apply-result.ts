import { type AllmendeError, HostError } from "@allmende/model";
import type { HostObservation, ResourceObservation } from "./observation.js";
import { parseResourceKey, type ResourceId } from "./resource.js";

/** How one resource's change ended. `observation` is absent after a removal. */
export type ApplyResult =
  | { readonly state: "applied" | "unchanged"; readonly observation?: ResourceObservation | undefined }
  | {
      readonly state: "failed";
      readonly error: AllmendeError;
      /** The service that has a port which this one wants. */
      readonly portHolder?: ResourceId | undefined;
    };

/** What the lines of a transaction say, beside the inspection at its end. */
export interface TransactionReport {
  readonly results: ReadonlyMap<ResourceId, ResultLine>;
  /** Set when the transaction as a whole was refused: nothing was touched. */
  readonly fatal?: { readonly code: string; readonly message: string } | undefined;
  /** The lines of inspect.sh; empty when it did not come to it. */
  readonly inspection: readonly string[];
}

export interface ResultLine {
  readonly state: "applied" | "unchanged" | "failed";
  readonly code: string;
  readonly message: string;
  readonly log: readonly string[];
  readonly portHolder?: ResourceId | undefined;
}

/** One line of progress, for whoever watches. */
export interface ProgressLine {
  readonly id: ResourceId | undefined;
  readonly message: string;
}

/** `progress KEY TEXT`; undefined for every other line. */
export function parseProgress(line: string): ProgressLine | undefined {
  const [kind, key = "-", message = ""] = line.split("\t");
  if (kind !== "progress") return undefined;
  return { id: key === "-" ? undefined : parseResourceKey(key), message };
}

/** Reads all that apply.sh printed. Lines that make no sense are passed over. */
export function parseTransaction(lines: readonly string[]): TransactionReport {
  const results = new Map<ResourceId, ResultLine>();
  const logs = new Map<string, string[]>();
  const holders = new Map<string, ResourceId>();
  const start = lines.indexOf("observation");
  let fatal: TransactionReport["fatal"];
  for (const line of start < 0 ? lines : lines.slice(0, start)) {
    const [kind, key = "", ...rest] = line.split("\t");
    if (kind === "fatal") fatal = { code: key, message: rest.join(" ") };
    if (kind === "log") logs.set(key, [...(logs.get(key) ?? []), cleanLine(rest.join("\t"))]);
    if (kind === "holder") holders.set(key, parseResourceKey(rest.join("")));
    if (kind !== "result") continue;
    const [state = "", code = "-", message = "-"] = rest;
    if (state !== "applied" && state !== "unchanged" && state !== "failed") continue;
    const portHolder = holders.get(key);
    const log = logs.get(key) ?? [];
    results.set(parseResourceKey(key), {
      ...{ state, code, message: cleanLine(message), log },
      ...(portHolder && { portHolder }),
    });
  }
  return { results, ...(fatal && { fatal }), inspection: start < 0 ? [] : lines.slice(start + 1) };
}

/** A container may print what it likes: control characters must not reach a terminal. */
function cleanLine(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is to be removed
  return line.replaceAll(/\u001b\[[0-9;]*[A-Za-z]/g, "").replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f]/g, "");
}

const nextSteps: Readonly<Record<string, string>> = {
  "transaction-interrupted": "Run up again: the next transaction puts everything into a defined state.",
  "start-failed": "Read the log's end, mend the image, command or health check, and run up again.",
  "pull-failed": "Check the image's name and tag, and the login for its registry.",
  "port-taken": "Choose another port, or end what listens on it.",
  "ram-in-use": "Shrink less, or restart the service with the smaller allocation.",
  "bad-quadlet": "Report this: Allmende wrote a unit that this host's Podman does not read.",
  "bad-unit": "Report this: Allmende wrote a unit that this host's systemd does not read.",
  "account-taken": "Choose another member name or number, or remove the foreign account.",
  "home-taken":
    "Give the member the number that it had, or keep what is there and move it away: it may be a former member's data.",
  "member-has-services": "Remove the member's services first.",
  "host-has-members": "Remove the members first.",
  "packages-failed": "Mend apt on the host (apt-get update && apt-get -f install), then run up again.",
};

/** A result line to a result; `redact` takes secrets out of what a service printed. */
export function renderResult(
  id: ResourceId,
  line: ResultLine,
  observation: HostObservation | undefined,
  redact: (text: string) => string,
): ApplyResult {
  if (line.state !== "failed") return { state: line.state, observation: observation?.resources.get(id) };
  const nextStep = [nextSteps[line.code], renamingStep(id, line.portHolder)].filter((step) => step !== undefined);
  const details = {
    code: line.code,
    concerns: id,
    logTail: redact(line.log.join("\n")),
    ...(nextStep.length > 0 ? { nextStep: nextStep.join(" ") } : {}),
  };
  const error = new HostError(`${id}: ${redact(line.message)}.`, details);
  return { state: "failed", error, ...(line.portHolder && { portHolder: line.portHolder }) };
}

/** A service that only gets another name finds its port with the former one. */
function renamingStep(id: ResourceId, holder: ResourceId | undefined): string | undefined {
  const [kind, member, name] = holder?.split("/") ?? [];
  if (kind !== "service" || !id.startsWith(`service/${member}/`)) return undefined;
  return `If it is ${name} under another name, add \`replaces: ${name}\` to it.`;
}
