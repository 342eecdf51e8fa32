import { UserError } from "@allmende/model";
import { describeHeld, type HeldRequest } from "@allmende/requests";

/** UserError `unknown-request`: an inventory has no request of that name. */
export function unknownRequest(id: string): UserError {
  return new UserError(`there is no request ${id}`, {
    code: "unknown-request",
    concerns: id,
    nextStep: "`allmende request list` shows all",
  });
}

/** UserError `request-waits`: it was accepted, and nothing was made for it. */
export function requestWaits(held: HeldRequest): UserError {
  const { request, reasons, nextStep } = describeHeld(held);
  const lines = [`request ${request} waits, and nothing is generated before it takes effect:`, ...reasons];
  return new UserError(lines.join("\n  "), { code: "request-waits", concerns: request, nextStep });
}
