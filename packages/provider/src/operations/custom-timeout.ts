import { HostError } from "@allmende/model";
import type { Declaration } from "../resources/declaration.js";
import { describe } from "../resources/identity.js";

/** A resource was not done in the time that the program gives it; its transaction goes on, or is still to come. */
export class CustomTimeout extends HostError {}

/** More than a timer can count. */
const longestMs = 2 ** 31 - 1;

/**
 * Waits for a change as long as `customTimeouts` allows, in seconds (0: without end). Nothing is called back from the host:
 * a transaction that is cut off in the middle would be the worse state, and the next run takes up what it finds.
 */
export async function withinCustomTimeout<T>(
  submitted: Promise<T>,
  declaration: Declaration,
  timeoutSeconds: number,
): Promise<T> {
  if (timeoutSeconds <= 0) return submitted;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(notDone(declaration, timeoutSeconds)), Math.min(timeoutSeconds * 1000, longestMs));
  });
  return Promise.race([submitted, late]).finally(() => clearTimeout(timer));
}

function notDone(declaration: Declaration, seconds: number): CustomTimeout {
  const what = describe(declaration);
  return new CustomTimeout(
    `${what} was not done within ${seconds} s (customTimeouts). What has begun on the host is not called back.`,
    {
      code: "custom-timeout",
      concerns: declaration.host.name,
      nextStep:
        "Run it again: it takes up what it finds. If this needs longer as a rule, allow more in customTimeouts.",
    },
  );
}
