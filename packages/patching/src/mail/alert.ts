import type { MailSpec } from "@allmende/model";
import { hostmasterLetters } from "./hostmaster-letters.js";
import { type Letter, oneLine, renderText, signature } from "./letter.js";
import type { RunDocument } from "./run-summary.js";
import { mailTexts } from "./texts.js";

/** Why somebody has to look now: one entry for each host that it concerns. */
export interface AlertReason {
  /** `halted`: what had not begun is left alone. `lock`: a run left its lock behind. `not-back`: a host fell silent. `broken`: neither new nor old. */
  readonly kind: "halted" | "lock" | "not-back" | "broken";
  /** Empty for `halted`. */
  readonly host: string;
  readonly message: string;
}

/** Errors of a host's run after which its lock stays until somebody has looked. */
const lockCodes = ["lock-expired", "lock-lost", "run-interrupted"];

/** Empty: nobody has to be woken. */
function alertReasons({ hosts, stopped }: RunDocument, language: MailSpec["language"]): AlertReason[] {
  const isHalt = stopped?.kind === "canary" || stopped?.kind === "threshold";
  const reasons = hosts.flatMap((result): AlertReason[] => {
    if (result.state !== "failed") return [];
    const { host } = result;
    if ("run" in result) {
      const { outcome, cause } = result.run;
      if (outcome === "broken") return [{ kind: "broken", host, message: oneLine(cause?.message ?? "") }];
      return outcome === "unfinished" ? [{ kind: "lock", host, message: oneLine(cause?.message ?? "") }] : [];
    }
    const code = (result.error as { readonly code?: unknown }).code;
    const message = oneLine(result.error.message);
    if (code === "host-not-back") return [{ kind: "not-back", host, message }];
    return lockCodes.includes(String(code)) ? [{ kind: "lock", host, message }] : [];
  });
  const halted = isHalt ? [{ kind: "halted" as const, host: "", message: mailTexts[language].stopped(stopped) }] : [];
  return [...halted, ...reasons];
}

/** One mail to each hostmaster when a run needs somebody; none otherwise. Sent until `untilMs`. */
export function alertLetters(document: RunDocument, mail: MailSpec, untilMs: number): Letter[] {
  const texts = mailTexts[mail.language];
  const reasons = alertReasons(document, mail.language);
  if (reasons.length === 0) return [];
  const headline = texts.alertHeadline(reasons);
  const { stack, window, occurrence } = document;
  const text = renderText([
    headline,
    "",
    ...reasons.map((reason) => `- ${texts.alertReason(reason)}`),
    "",
    texts.run(occurrence, stack),
    texts.alertNext,
    "",
    ...signature(mail),
  ]);
  const subject = oneLine(`[${stack}] ${window}: ${headline}`);
  return hostmasterLetters(
    "alert",
    { stack, occurrence, subject, text, isByText: true, isUrgent: true, untilMs },
    mail,
  );
}
