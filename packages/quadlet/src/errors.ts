import { UserError } from "@allmende/model";

/**
 * A value that a unit file cannot carry unchanged, or that would mean something else there.
 * Raised before anything is written; the message names the option, never the value (it may be private).
 */
export class UnsafeValueError extends UserError {
  constructor(option: string, reason: string, nextStep?: string) {
    super(`${option}: ${reason}`, { code: "unsafe-value", concerns: option, nextStep });
  }
}

/** The host's Podman does not know an option and there is no older way to say the same. */
export class UnsupportedOptionError extends UserError {
  constructor(option: string, needed: string, found: string) {
    super(`${option} needs ${needed}, and the host has Podman ${found}`, {
      code: "podman-too-old",
      concerns: option,
      nextStep: "Upgrade the host's Podman or leave the option out.",
    });
  }
}
