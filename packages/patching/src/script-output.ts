import { HostError } from "@allmende/model";

/** What one call of patch.sh said. */
export interface ScriptOutput {
  /** Set when nothing, or nothing more, was done. */
  readonly fatal?: { readonly code: string; readonly message: string } | undefined;
  /** What the runner does before it calls again. */
  readonly next?: "proof" | "reboot" | undefined;
  /** The lines between `begin-NAME` and `end-NAME`, block by block; only whole blocks. */
  readonly blocks: readonly { readonly name: string; readonly lines: readonly string[] }[];
  readonly log: readonly string[];
}

/** Reads what patch.sh printed; lines of no meaning here are passed over. */
export function parseScriptOutput(text: string): ScriptOutput {
  const blocks: { name: string; lines: string[] }[] = [];
  const open: { name: string; lines: string[] }[] = [];
  let output: Omit<ScriptOutput, "blocks" | "log"> = {};
  const log: string[] = [];
  for (const line of text.split("\n")) {
    const [kind = "", first = "", ...rest] = line.split("\t");
    const current = open.at(-1);
    if (/^begin-[a-z]+$/.test(line)) open.push({ name: line.slice(6), lines: [] });
    else if (current !== undefined && line === `end-${current.name}`) blocks.push(...open.splice(-1));
    else if (current !== undefined) current.lines.push(line);
    else if (kind === "fatal") output = { ...output, fatal: { code: first, message: rest.join(" ") } };
    else if (kind === "next" && (first === "proof" || first === "reboot")) output = { ...output, next: first };
    else if (kind === "log") log.push([first, ...rest].join("\t"));
  }
  return { ...output, blocks, log };
}

/** Tab-separated lines `KIND FIELD…` by their kind: the fields of each line of that kind, in order. */
export function fieldsByKind(lines: readonly string[]): (kind: string) => readonly (readonly string[])[] {
  const kinds = new Map<string, string[][]>();
  for (const line of lines) {
    const [kind = "", ...fields] = line.split("\t");
    const known = kinds.get(kind);
    if (known === undefined) kinds.set(kind, [fields]);
    else known.push(fields);
  }
  return (kind) => kinds.get(kind) ?? [];
}

const nextSteps: Readonly<Record<string, string>> = {
  locked:
    "Wait until it has ended, then run it again. A run whose runner was killed does not end by itself: finish it, with its stack: allmende patch run --resume.",
  "lock-expired":
    "Find out why that run ended early (allmende patch status), then finish it: allmende patch run --resume.",
  "lock-lost": "Look at the host and at /var/lib/allmende/patch; what was done stands in the run's journal.",
  "journal-unwritable": "Make room on the host's /var, then run it again.",
  "snapshot-unsupported":
    "Let these sources tell apt where their snapshots are: `Snapshots:` in their Release file, or Acquire::Snapshots::URI in apt's configuration (sources.list(5), apt.conf(5)). Or leave `snapshot` out of the window: versions that the canary has not proven are refused then too.",
  "snapshot-missing":
    "Look whether the snapshot service has this moment and can be reached from the host (apt-get --snapshot ID update), or declare another `snapshot`.",
  "snapshot-future": "Declare a moment that has passed, or `snapshot: opening`.",
  "plan-failed": "Mend apt on the host (apt-get update), then run it again.",
};

/** The error of a script that would not go on. */
export function fatalError(host: string, fatal: { code: string; message: string }, log: readonly string[]): HostError {
  const nextStep = nextSteps[fatal.code];
  return new HostError(`${host}: ${fatal.message}.`, {
    code: fatal.code,
    concerns: host,
    logTail: log.join("\n"),
    ...(nextStep !== undefined && { nextStep }),
  });
}
