import type { AllmendeError, SmtpSpec } from "@allmende/model";
import type { Letter } from "./letter.js";
import { type SendOptions, sendLetters } from "./send-letters.js";
import type { SentLog } from "./sent-log.js";

/** What became of one letter. `already-sent`: by an earlier delivery; `not-sent`: the server failed before, or somebody interrupted. */
export interface Delivery {
  readonly letter: Letter;
  readonly state: "sent" | "already-sent" | "refused" | "not-sent";
  /** An earlier attempt ended unknown: it may have come twice. */
  readonly isRepeated: boolean;
  /** Why it was refused. */
  readonly error?: AllmendeError | undefined;
}

export interface DeliveryResult {
  /** In the order of the letters. */
  readonly deliveries: readonly Delivery[];
  /** Why it ended early. */
  readonly failure?: AllmendeError | undefined;
}

/** Failures before a mail's first byte. */
const neverTaken = ["smtp-login-refused", "smtp-no-starttls", "smtp-tls"];

/** Sends those letters that were not sent before, and notes each. When there are none, nothing is connected and no password asked for. */
export async function deliver(
  letters: readonly Letter[],
  smtp: SmtpSpec,
  log: SentLog,
  options: Omit<SendOptions, "password" | "onBegin" | "onSent"> & {
    readonly password: (config: string) => Promise<string>;
  },
): Promise<DeliveryResult> {
  const due = letters.filter((letter) => log.stateOf(letter) !== "sent");
  const repeated = new Set(due.filter((letter) => log.stateOf(letter) === "begun"));
  const password = due.length > 0 && smtp.login ? await options.password(smtp.login.passwordConfig) : undefined;
  const result =
    due.length === 0
      ? { sent: [], refused: [] }
      : await sendLetters(smtp, due, {
          ...options,
          password,
          onBegin: (letter) => log.note(letter, "begun"),
          onSent: (letter) => log.note(letter, "sent"),
        });
  const unsent = due.slice(result.sent.length + result.refused.length)[0];
  for (const { letter } of result.refused) log.note(letter, "not-sent");
  if (unsent !== undefined && neverTaken.includes(result.failure?.code ?? "")) log.note(unsent, "not-sent");
  const refusals = new Map(result.refused.map(({ letter, error }) => [letter, error]));
  const sent = new Set(result.sent);
  const deliveries = letters.map((letter): Delivery => {
    const isRepeated = repeated.has(letter);
    const error = refusals.get(letter);
    if (error !== undefined) return { letter, state: "refused", isRepeated, error };
    if (sent.has(letter)) return { letter, state: "sent", isRepeated };
    return { letter, state: due.includes(letter) ? "not-sent" : "already-sent", isRepeated };
  });
  return { deliveries, ...(result.failure && { failure: result.failure }) };
}
