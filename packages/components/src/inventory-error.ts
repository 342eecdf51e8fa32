import { type Finding, renderCount, renderFinding } from "@allmende/model";
import { RunError } from "@pulumi/pulumi";

/** One error that lists everything; Pulumi shows it without a stack trace. */
export function inventoryError(folder: string, findings: readonly Finding[]): RunError {
  const count = renderCount(findings.length, "thing is", "things are");
  return new RunError([`${count} wrong with the inventory in ${folder}:`, ...findings.map(renderFinding)].join("\n  "));
}
