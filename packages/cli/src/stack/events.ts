import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";

/** One step that the engine took or would take. */
export interface Step {
  readonly operation: string;
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  /** Which inputs differ, e.g. `ram`, `ports.web`. */
  readonly changes: readonly string[];
  readonly failed: boolean;
  readonly durationMs: number;
}

export interface Diagnostic {
  readonly severity: string;
  readonly message: string;
  readonly urn?: string | undefined;
}

/** What a run of the engine did: the stable shape of `--json`. */
export interface RunSummary {
  readonly steps: readonly Step[];
  readonly changes: Readonly<Record<string, number>>;
  readonly diagnostics: readonly Diagnostic[];
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly durationMs: number;
}

/** Gathers a run's events; `onStep` and `onDiagnostic` hear of each as it happens. */
export class EventCollector {
  readonly #started = new Map<string, number>();
  readonly #steps: Step[] = [];
  readonly #diagnostics: Diagnostic[] = [];
  readonly #startedAt: number;
  #changes: Record<string, number> = {};
  #outputs: Record<string, unknown> = {};
  readonly #listener: { onStep?: (step: Step) => void; onDiagnostic?: (diagnostic: Diagnostic) => void };

  constructor(
    listener: { onStep?: (step: Step) => void; onDiagnostic?: (diagnostic: Diagnostic) => void } = {},
    now = Date.now(),
  ) {
    this.#listener = listener;
    this.#startedAt = now;
  }

  readonly accept = (event: EngineEvent, now = Date.now()): void => {
    if (event.resourcePreEvent) this.#started.set(event.resourcePreEvent.metadata.urn, now);
    if (event.resOutputsEvent) this.#end(event.resOutputsEvent.metadata, false, now);
    if (event.resOpFailedEvent) this.#end(event.resOpFailedEvent.metadata, true, now);
    if (event.summaryEvent) this.#changes = { ...event.summaryEvent.resourceChanges } as Record<string, number>;
    const diagnostic = event.diagnosticEvent;
    if (diagnostic && !diagnostic.ephemeral && String(diagnostic.severity) !== "debug")
      this.#diagnose(diagnostic.severity, diagnostic.message, diagnostic.urn);
  };

  summary(now = Date.now()): RunSummary {
    return {
      steps: this.#steps,
      changes: this.#changes,
      diagnostics: this.#diagnostics,
      outputs: this.#outputs,
      durationMs: now - this.#startedAt,
    };
  }

  #end(metadata: NonNullable<EngineEvent["resOutputsEvent"]>["metadata"], failed: boolean, now: number): void {
    if (metadata.type === "pulumi:pulumi:Stack" && !failed)
      this.#outputs = withoutCiphertext({ ...metadata.new?.outputs });
    const step: Step = {
      operation: metadata.op,
      type: metadata.type,
      name: nameOfUrn(metadata.urn),
      urn: metadata.urn,
      changes:
        Object.keys(metadata.detailedDiff ?? {}).length > 0
          ? Object.keys(metadata.detailedDiff ?? {})
          : [...(metadata.diffs ?? [])],
      failed,
      durationMs: now - (this.#started.get(metadata.urn) ?? now),
    };
    const before = this.#steps.findIndex((other) => other.urn === step.urn && other.operation === step.operation);
    if (before >= 0) {
      // A preview reports a resource a second time when its outputs are known.
      this.#steps[before] = step;
      return;
    }
    this.#steps.push(step);
    this.#listener.onStep?.(step);
  }

  #diagnose(severity: string, message: string, urn: string | undefined): void {
    const text = stripColorTags(message).trimEnd();
    if (text.trim() === "") return;
    const diagnostic: Diagnostic = { severity, message: text, ...(urn && { urn }) };
    this.#diagnostics.push(diagnostic);
    this.#listener.onDiagnostic?.(diagnostic);
  }
}

/** Secret outputs as the word that the engine prints in their place. */
function withoutCiphertext(outputs: Record<string, unknown>): Record<string, unknown> {
  const isSecret = (value: unknown) =>
    typeof value === "object" && value !== null && "4dabf18193072939515e22adb298388d" in value;
  return Object.fromEntries(
    Object.entries(outputs).map(([name, value]) => [name, isSecret(value) ? "[secret]" : value]),
  );
}

/** The last part of a URN: the name that the program gave. */
export function nameOfUrn(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

/** The engine marks colours as `<{%fg 1%}>`. */
export function stripColorTags(text: string): string {
  return text.replace(/<\{%.*?%\}>/g, "");
}
