import { existsSync, readFileSync } from "node:fs";

interface StateFile {
  readonly checkpoint?: {
    readonly latest?: {
      readonly resources?: readonly { readonly urn?: string }[];
      readonly pending_operations?: readonly {
        readonly type?: string;
        readonly resource?: { readonly urn?: string };
      }[];
    };
  };
}

/** Something that a run had begun when it was cut off. */
export interface PendingOperation {
  /** `creating`, `updating`, `deleting`, `reading`, `importing`. */
  readonly operation: string;
  readonly urn: string;
}

/** What interrupted runs had begun, as a state notes it. */
export function interruptedOperations({ checkpoint }: StateFile): PendingOperation[] {
  return (checkpoint?.latest?.pending_operations ?? []).map(({ type, resource }) => ({
    operation: type ?? "?",
    urn: resource?.urn ?? "?",
  }));
}

/**
 * Whether a state notes creations that were interrupted, and all of those resources are in it by now. The engine keeps
 * such notes, and warns of them, for ever. A creation whose resource is missing may have left something on a host: that note stays.
 */
export function hasOnlySettledCreations({ checkpoint }: StateFile): boolean {
  const pending = checkpoint?.latest?.pending_operations ?? [];
  const known = new Set(checkpoint?.latest?.resources?.map(({ urn }) => urn));
  return pending.length > 0 && pending.every(({ type, resource }) => type === "creating" && known.has(resource?.urn));
}

/** Forgets interrupted creations that a run has completed since; `pulumi` runs the CLI on the stack. */
export async function dropSettledCreations(
  stateFile: string | undefined,
  stack: string,
  pulumi: (args: readonly string[], input?: string) => Promise<string>,
): Promise<void> {
  if (stateFile === undefined || !existsSync(stateFile)) return;
  const text = readFileSync(stateFile, "utf8");
  if (!text.includes('"pending_operations"') || !hasOnlySettledCreations(JSON.parse(text))) return;
  // An import drops what is pending.
  await pulumi(["stack", "import", "--stack", stack], await pulumi(["stack", "export", "--stack", stack]));
}
