import { UserError } from "@allmende/model";

/** What is to be done when data is of no use. */
const howTo =
  "Give the security tracker's JSON (https://security-tracker.debian.org/tracker/data/json) or debsecan's data for the hosts' release, as a file or the address of a mirror.";

/** The data was had, and is not what it should be. */
export function badData(why: string, cause?: unknown): UserError {
  return new UserError(`the vulnerability data cannot be used: ${why}`, {
    code: "bad-vulnerabilities",
    nextStep: howTo,
    cause,
  });
}

/** The data could not be had. `origin` is a file or an address without a password. */
export function noData(origin: string, why: string, cause?: unknown): UserError {
  return new UserError(`${origin} cannot be read: ${why}`, {
    code: "no-vulnerabilities",
    concerns: origin,
    nextStep: howTo,
    cause,
  });
}
