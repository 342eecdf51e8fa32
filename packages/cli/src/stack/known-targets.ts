import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import type { Context } from "../context.js";
import { readForProgram } from "../request/for-program.js";
import type { Engine } from "./engine.js";
import { EventCollector } from "./events.js";
import { findUnknownTarget, isTargetMissing, targetPattern } from "./targets.js";
import { nameOfUrn } from "./urn.js";

interface Exported {
  readonly deployment?: { readonly resources?: readonly { readonly urn?: string }[] };
}

/**
 * Throws a UserError `unknown-target` for the first of `targets` that the stack neither has nor would have, before anything is done or shown. Only
 * the program knows what would be new: where the state has no such resource, a preview is asked, which changes nothing.
 */
export async function requireKnownTargets(
  { terminal, signal }: Pick<Context, "terminal" | "signal">,
  engine: Engine,
  targets: readonly string[],
): Promise<void> {
  const named = targets.filter((target) => !target.includes("*"));
  if (named.length === 0) return;
  const known = await readKnown(engine);
  const unknown = named.filter((target) => !known.has(target));
  if (unknown.length === 0) return;
  terminal.err(`the stack has no ${unknown.join(", ")} yet: looking at what would be new\n`);
  const { readMadeSecrets } = await readForProgram(engine.folder);
  const collector = new EventCollector();
  const options = {
    targets: targets.map(targetPattern),
    signal,
    madeSecrets: await readMadeSecrets(),
    onEvent: (event: EngineEvent) => collector.accept(event),
  };
  const failure = await engine.run("preview", options).then(
    () => undefined,
    (error: unknown) => error ?? new Error("preview failed"),
  );
  if (signal.aborted) throw failure;
  const summary = collector.summary();
  // What else is wrong is said by the operation itself, with everything around it.
  if (failure !== undefined && !isTargetMissing(summary)) return;
  const refusal = findUnknownTarget(targets, summary);
  if (refusal !== undefined) throw refusal;
}

/** Names and URNs of the stack's state; nothing of a stack that was never brought up. */
async function readKnown(engine: Engine): Promise<ReadonlySet<string>> {
  const exported = JSON.parse(await engine.pulumi(["stack", "export", "--stack", engine.folder.stack])) as Exported;
  const urns = (exported.deployment?.resources ?? [])
    .flatMap(({ urn }) => urn ?? [])
    .filter((urn) => !urn.includes("::pulumi:pulumi:Stack::"));
  return new Set([...urns, ...urns.map(nameOfUrn)]);
}
