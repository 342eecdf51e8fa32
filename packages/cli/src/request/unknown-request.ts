import { UserError } from "@allmende/model";

/** UserError `unknown-request`: an inventory has no request of that name. */
export function unknownRequest(id: string): UserError {
  return new UserError(`there is no request ${id}`, {
    code: "unknown-request",
    concerns: id,
    nextStep: "`allmende request list` shows all",
  });
}
