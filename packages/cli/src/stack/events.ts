import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { explain } from "./advice.js";
import { nameOfUrn } from "./urn.js";

/** One step that the engine took or would take. */
export interface Step {
  readonly operation: string;
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  /** Which inputs differ, e.g. `ram`, `ports.web`. */
  readonly changes: readonly string[];
  readonly failed: boolean;
  /** The provider's last word on it, e.g. `64 MiB (web1: 320 MiB of 928 MiB sold after this)`. */
  readonly note?: string | undefined;
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

/** Who hears of a run while it goes on. */
export interface RunListener {
  readonly onStep?: (step: Step) => void;
  readonly onDiagnostic?: (diagnostic: Diagnostic) => void;
  /** What a resource is doing at the moment, e.g. `pulling the image`. */
  readonly onProgress?: (name: string, message: string) => void;
}

/** Gathers a run's events; the listener hears of each as it happens. */
export class EventCollector {
  readonly #started = new Map<string, number>();
  readonly #notes = new Map<string, string>();
  readonly #steps: Step[] = [];
  readonly #diagnostics: Diagnostic[] = [];
  readonly #startedAt: number;
  #changes: Record<string, number> = {};
  #outputs: Record<string, unknown> = {};
  readonly #listener: RunListener;

  constructor(listener: RunListener = {}, now = Date.now()) {
    this.#listener = listener;
    this.#startedAt = now;
  }

  readonly accept = (event: EngineEvent, now = Date.now()): void => {
    if (event.resourcePreEvent) this.#started.set(event.resourcePreEvent.metadata.urn, now);
    if (event.resOutputsEvent) this.#end(event.resOutputsEvent.metadata, false, now);
    if (event.resOpFailedEvent) this.#end(event.resOpFailedEvent.metadata, true, now);
    if (event.summaryEvent) this.#changes = { ...event.summaryEvent.resourceChanges } as Record<string, number>;
    const diagnostic = event.diagnosticEvent;
    if (!diagnostic || String(diagnostic.severity) === "debug") return;
    if (diagnostic.ephemeral) this.#note(diagnostic.urn, diagnostic.message);
    else this.#diagnose(diagnostic.severity, diagnostic.message, diagnostic.urn);
  };

  summary(now = Date.now()): RunSummary {
    return {
      // Notes may arrive after the step that they belong to.
      steps: this.#steps.map((step) =>
        this.#notes.has(step.urn) ? { ...step, note: this.#notes.get(step.urn) } : step,
      ),
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

  #note(urn: string | undefined, message: string): void {
    const text = stripColorTags(message).trim();
    if (urn === undefined || text === "") return;
    this.#notes.set(urn, text);
    this.#listener.onProgress?.(nameOfUrn(urn), text);
  }

  #diagnose(severity: string, message: string, urn: string | undefined): void {
    const text = explain(stripColorTags(message).trimEnd());
    // The engine's own last word, which says less than the errors before it.
    if (text.trim() === "" || (severity === "error" && text.trim() === "update failed")) return;
    const diagnostic: Diagnostic = { severity, message: text, ...(urn && { urn }) };
    // The engine repeats what a program said last.
    if (this.#diagnostics.some((other) => other.severity === severity && other.message === text)) return;
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

/** The engine marks colours as `<{%fg 1%}>`. */
export function stripColorTags(text: string): string {
  return text.replace(/<\{%.*?%\}>/g, "");
}
