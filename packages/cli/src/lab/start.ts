import type { Lab, LabProgress } from "@allmende/lab";
import type { Context } from "../context.js";
import { renderSeconds } from "../output/steps.js";

export interface LabStartOptions {
  readonly name?: string | undefined;
  readonly hosts?: readonly string[] | undefined;
  readonly ram?: number | undefined;
  readonly flavour?: "stock" | "warm" | undefined;
  readonly delay?: number | undefined;
}

/** The hosts of the lab that the demo and stacks/lab use. */
const defaultHosts = ["web1", "web2"] as const;

/** Starts a lab, or keeps what of it already runs, and says what it is doing. */
export async function startLab(
  context: Context,
  options: LabStartOptions,
  say: (message: string) => void,
): Promise<Lab> {
  const { Lab } = await import("@allmende/lab");
  return await Lab.start({
    ...(options.name && { name: options.name }),
    hosts: (options.hosts ?? defaultHosts).map((name) => ({
      name,
      ...(options.ram && { ramMiB: options.ram }),
      ...(options.flavour && { flavour: options.flavour }),
    })),
    ...(options.delay !== undefined && { delayMs: options.delay }),
    onProgress: (event) => say(renderProgress(event)),
    signal: context.signal,
  });
}

/** `boot web1: 12.3 s` */
function renderProgress(event: LabProgress): string {
  const message = event.message ? `: ${event.message}` : "";
  return event.state === "end"
    ? `${event.step}${message} (${renderSeconds(event.elapsedMs)})`
    : `${event.step}${message}`;
}
