import { AllmendeError, type MailSpec, renderCount } from "@allmende/model";
import { deliver } from "./deliver.js";
import type { Letter } from "./letter.js";
import { SentLog } from "./sent-log.js";

/** Who is told, over which server, and where it is noted what was sent. */
export interface MailRoute {
  readonly spec: MailSpec;
  /** Of the server's login. */
  readonly password: string | undefined;
  /** File that says which mails were sent: an absolute path. */
  readonly sentLog: string;
}

/** What became of mails: a line when some went out, and why others did not. */
export interface Told {
  readonly sent: string | undefined;
  readonly problems: readonly string[];
}

/** Tells hostmasters each thing once. Never rejects: a mail that cannot be sent is no fault of what it tells of. */
export async function tellOnce(
  { spec, password, sentLog }: MailRoute,
  lettersOf: (spec: MailSpec) => readonly Letter[],
): Promise<Told> {
  try {
    const { deliveries, failure } = await deliver(lettersOf(spec), spec.smtp, new SentLog(sentLog), {
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
