import { Lab } from "@allmende/lab";
import { AllmendeError } from "@allmende/model";
import { labStackDirectory, patchStackDirectory } from "../paths.js";

/** Ends a lab and removes its state, and that of stacks/lab when it is the lab of that stack. Returns what it removed. */
export async function removeLab(name: string, options: { keepDisks?: boolean | undefined } = {}): Promise<string[]> {
  const removed: string[] = [];
  const lab = await attachLab(name);
  if (lab) {
    await lab.down(options.keepDisks ? { keepDisks: true } : {});
    removed.push(
      ...lab.hosts.map((host) => `host ${host.name} (${host.address})${options.keepDisks ? ", its disk is kept" : ""}`),
    );
    removed.push(`network namespace allmende-${name}, its registry and forwarder`);
  }
  if (name === "lab" && !options.keepDisks) {
    const { cleanLabStack } = await import("./stack.js");
    removed.push(...cleanLabStack(labStackDirectory), ...cleanLabStack(patchStackDirectory));
  }
  return removed;
}

/** A running lab, or undefined when there is none. */
export async function attachLab(name: string): Promise<Lab | undefined> {
  try {
    return await Lab.attach(name);
  } catch (error) {
    if (error instanceof AllmendeError && /no-lab|not-running|missing/.test(error.code)) return undefined;
    throw error;
  }
}
