import { didYouMean, UserError } from "@allmende/model";
import type { RunSummary } from "./events.js";
import { nameOfUrn } from "./urn.js";

/** How many names an error lists. */
const mostNames = 10;

/** A target as the engine takes it: a URN, a pattern, or for a mere name whatever has it. */
export function targetPattern(target: string): string {
  return isName(target) ? `**::${target}` : target;
}

const isName = (target: string) => !target.startsWith("urn:") && !target.includes("*");

/**
 * The first of `targets` that no resource of the run has as its name or URN, as a UserError `unknown-target` that says
 * what is near; undefined when all are there. Patterns may be for nothing.
 */
export function findUnknownTarget(targets: readonly string[], { steps }: RunSummary): UserError | undefined {
  const resources = steps.filter(({ type }) => type !== "pulumi:pulumi:Stack");
  const known = (target: string) =>
    target.includes("*") || resources.some(({ name, urn }) => (isName(target) ? name : urn) === target);
  const unknown = targets.find((target) => !known(target));
  if (unknown === undefined) return undefined;
  const names = [...new Set(resources.map(({ name }) => name))].sort();
  const listed = `${names.slice(0, mostNames).join(", ")}${names.length > mostNames ? ", …" : ""}`;
  const name = isName(unknown) ? unknown : nameOfUrn(unknown);
  return new UserError(`the stack has no resource ${unknown}${didYouMean(name, names)}`, {
    code: "unknown-target",
    concerns: unknown,
    nextStep: names.length === 0 ? "see `allmende preview` for their names" : `name one of: ${listed}`,
  });
}

/** The engine's word on a target that is a URN; to a pattern that nothing matches it has nothing to say. */
export function isTargetMissing({ diagnostics }: RunSummary): boolean {
  return diagnostics.some(({ message }) => /^Target '.*' could not be found in the stack/.test(message));
}
