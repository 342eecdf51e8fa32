import { AllmendeError, renderCount } from "@allmende/model";
import { deliver, type RunDocument, runLetters, SentLog } from "@allmende/patching";
import type { RunMail } from "./mail-declaration.js";

/** What became of the mails about a run: a line when some went out, and why others did not. */
export interface Told {
  readonly sent: string | undefined;
  readonly problems: readonly string[];
}

/** Tells hostmasters how a run ended, each thing once. Never rejects: a mail that cannot be sent is no fault of the run. */
export async function tellHostmasters(
  { spec, password, sentLog }: RunMail,
  document: RunDocument,
  nowMs: number,
): Promise<Told> {
  try {
    const { deliveries, failure } = await deliver(runLetters(document, spec, nowMs), spec.smtp, new SentLog(sentLog), {
      password: async () => password ?? "",
    });
    const count = deliveries.filter(({ state }) => state === "sent").length;
    const refused = deliveries.flatMap(({ letter, error }) => (error ? [`${letter.to}: ${describe(error)}`] : []));
    return {
      sent: count === 0 ? undefined : `${renderCount(count, "mail")} to hostmasters`,
      problems: [...refused, ...(failure === undefined ? [] : [describe(failure)])],
    };
  } catch (error) {
    return { sent: undefined, problems: [describe(error)] };
  }
}

function describe(error: unknown): string {
  if (!(error instanceof AllmendeError)) return error instanceof Error ? error.message : String(error);
  return [error.message, ...(error.nextStep === undefined ? [] : [error.nextStep])].join("\n");
}
