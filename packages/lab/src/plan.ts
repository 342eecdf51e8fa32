import { createHash } from "node:crypto";
import { checkLabNumber, checkName, highestLabNumber, nextHostNumber } from "./addresses.js";
import { LabError } from "./errors.js";
import type { LabHostOptions, LabOptions } from "./options.js";
import type { HostState, LabState } from "./state.js";

const defaultRamMiB = 1536;
const lowestRamMiB = 256;

/**
 * The number of a lab: what it has already, what was asked for, 0 for `lab`, else the lowest free one.
 * `others` are the numbers of all other labs. Throws LabError `number-taken`.
 */
export function planLabNumber(
  options: LabOptions,
  existing: LabState | undefined,
  others: ReadonlyMap<number, string>,
): number {
  const name = options.name ?? "lab";
  const asked = options.number ?? existing?.number ?? (name === "lab" ? 0 : lowestFree(others));
  checkLabNumber(asked);
  if (existing !== undefined && existing.number !== asked) {
    throw new LabError(`The lab "${name}" runs with the number ${existing.number}, not ${asked}`, {
      code: "number-taken",
      concerns: name,
      nextStep: "Leave the number out, or take the lab down first.",
    });
  }
  const holder = others.get(asked);
  if (holder !== undefined) {
    throw new LabError(`The number ${asked} belongs to the lab "${holder}"`, {
      code: "number-taken",
      concerns: name,
      nextStep: "Give another number.",
    });
  }
  return asked;
}

function lowestFree(taken: ReadonlyMap<number, string>): number {
  // 0 is for the lab that everybody gets without asking.
  for (let candidate = 1; candidate <= highestLabNumber; candidate += 1) if (!taken.has(candidate)) return candidate;
  throw new LabError("Every lab number is taken", { code: "number-taken", nextStep: "Take a lab down." });
}

/** Hosts of the options that the lab does not have yet, numbered after the ones that it has; keys are filled in by the start. */
export function planNewHosts(
  labName: string,
  wanted: readonly LabHostOptions[],
  existing: readonly HostState[],
): Omit<HostState, "imageKey" | "kernelKey" | "hostKey">[] {
  const numbers = existing.map((host) => host.number);
  const added: Omit<HostState, "imageKey" | "kernelKey" | "hostKey">[] = [];
  for (const host of wanted) {
    checkName("host", host.name);
    const ramMiB = host.ramMiB ?? defaultRamMiB;
    if (!Number.isInteger(ramMiB) || ramMiB < lowestRamMiB) {
      throw new LabError(`${host.name}: ${ramMiB} MiB is too little for Debian`, {
        code: "bad-ram",
        concerns: host.name,
        nextStep: `Give ${lowestRamMiB} MiB or more.`,
      });
    }
    if ([...existing, ...added].some((other) => other.name === host.name)) continue;
    const number = nextHostNumber(numbers);
    numbers.push(number);
    const machineId = createHash("sha256").update(`${labName}/${host.name}/${Date.now()}`).digest("hex").slice(0, 32);
    added.push({ name: host.name, number, ramMiB, flavour: host.flavour ?? "warm", machineId, cut: false });
  }
  return added;
}
