import { HostError } from "@allmende/model";
import { type ApplyResult, parseProgress, parseTransaction, type ResultLine, renderResult } from "./apply-result.js";
import type { HostObservation } from "./observation.js";
import { parseInspection } from "./parsed-inspection.js";
import { planChanges } from "./plan.js";
import { loadScript, type RemoteRoot } from "./remote.js";
import type { Change, ResourceId } from "./resource.js";
import { helperScripts, readScript } from "./scripts.js";
import { encodeStream } from "./stream.js";

/** Installing packages and pulling images over a slow line takes a while. */
const defaultTimeoutMs = 60 * 60_000;

export interface ApplyOptions {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
  readonly onProgress?: ((id: ResourceId | undefined, message: string) => void) | undefined;
}

/** What a transaction brought. */
export interface TransactionOutcome {
  readonly results: ReadonlyMap<ResourceId, ApplyResult>;
  /** The host after the transaction. */
  readonly observation: HostObservation | undefined;
}

/** One transaction on one host. One bad resource does not fail its neighbours. As `runTransaction`, results only. */
export async function applyChanges(
  ssh: RemoteRoot,
  changes: readonly Change[],
  options: ApplyOptions = {},
): Promise<ReadonlyMap<ResourceId, ApplyResult>> {
  return (await runTransaction(ssh, changes, options)).results;
}

/**
 * One transaction on one host: one exchange, the host's observation included. Throws UserError for changes that make no
 * plan, ConnectError when the connection is lost (the transaction may go on: the next one waits for it and converges),
 * HostError (`unwritable`, `stream-truncated`, `bad-plan`, `locked`) when nothing was touched.
 */
export async function runTransaction(
  ssh: RemoteRoot,
  changes: readonly Change[],
  options: ApplyOptions = {},
): Promise<TransactionOutcome> {
  const plan = planChanges(changes);
  const { command, script } = loadScript("apply.sh");
  const stream = await encodeStream(plan, new Map(helperScripts.map((name) => [name, readScript(name)])));
  const result = await ssh.execAsRoot(command, {
    stdin: Buffer.concat([script, stream]),
    timeoutMs: options.timeoutMs ?? defaultTimeoutMs,
    signal: options.signal,
    onStdoutLine: (line) => {
      const progress = parseProgress(line);
      if (progress !== undefined) options.onProgress?.(progress.id, progress.message);
    },
  });
  const report = parseTransaction(Buffer.from(result.stdout).toString("utf8").split("\n"));
  const redact = redaction(changes);
  if (report.fatal !== undefined) {
    throw new HostError(`The host refused the transaction: ${redact(report.fatal.message)}. Nothing was changed.`, {
      code: report.fatal.code,
      logTail: redact(result.stderr),
    });
  }
  const observation = report.inspection.includes("== end") ? parseInspection(report.inspection) : undefined;
  const ended = interruption(result.exitCode, result.stderr);
  // What was applied counts only once it is on disk: the inspection comes after that.
  const trust = (line: ResultLine | undefined) =>
    (line?.state === "applied" && !observation ? undefined : line) ?? ended;
  const ids = changes.map((change) => (change.kind === "put" ? change.tree.id : change.id));
  const results = new Map(ids.map((id) => [id, renderResult(id, trust(report.results.get(id)), observation, redact)]));
  return { results, observation };
}

/** What to say of a resource that the script said nothing of: it was killed, or the host went down. */
function interruption(exitCode: number, stderr: string): ResultLine {
  const message = `The transaction ended early (exit code ${exitCode})`;
  return { state: "failed", code: "transaction-interrupted", message, log: stderr.trimEnd().split("\n").slice(-30) };
}

/** Takes the values of secrets out of texts: what a service logs may hold them. */
function redaction(changes: readonly Change[]): (text: string) => string {
  const secrets = changes
    .flatMap((change) => (change.kind === "put" ? change.tree.files : []))
    .filter((file) => file.secret)
    .flatMap((file) => [file.content, file.content.trim()])
    .filter((value) => value.length >= 4);
  return (text) => secrets.reduce((rest, secret) => rest.replaceAll(secret, "[secret]"), text);
}
