import { PatchWindows } from "@allmende/components";
import { Config, RunError } from "@pulumi/pulumi";

const config = new Config();
const urgent = new Config("emergency");

/** Decided by a person: `pulumi config set emergency:reason "…"` and `emergency:by`; both are recorded on the hosts. */
function emergency() {
  const [reason, by] = [urgent.get("reason"), urgent.get("by")];
  if (reason === undefined && by === undefined) return undefined;
  if (reason === undefined || by === undefined)
    throw new RunError("An emergency run needs both: emergency:reason and emergency:by.");
  return { reason, by, window: urgent.get("window") };
}

const runsAs = config.get("runsAs");
if (runsAs === undefined)
  throw new RunError(
    "This stack does not say whose runs it makes. For the lab: allmende lab up. " +
      "Otherwise: pulumi config set runsAs PROJECT.STACK, the stack that the inventory belongs to (lab.lab for stacks/lab).",
  );

/** Every window of the inventory: what is open now is patched, and nothing otherwise. */
const patching = new PatchWindows("patching", {
  inventory: config.get("inventory") ?? "../lab/inventory",
  // As the stack that the inventory belongs to: `allmende patch` of that stack then knows these runs as its own.
  stack: runsAs,
  vulnerabilities: config.get("vulnerabilities"),
  emergency: emergency(),
});

/** How the last run of each window ended on each host; nothing before the first opening. */
export const outcomes = Object.fromEntries(
  Object.entries(patching.windows).map(([window, { runs }]) => [
    window,
    Object.fromEntries(Object.entries(runs).map(([host, run]) => [host, run.outcome])),
  ]),
);
