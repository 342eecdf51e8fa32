import type { AllmendeError, Language, MailSpec } from "@allmende/model";
import { type Letter, letterOf } from "@allmende/patching";
import type { failureNotice, HeldRequest, RequestedInventory } from "@allmende/requests";
import type { Context } from "../context.js";
import { post } from "../mail/post.js";
import { stackKey } from "../patch/planned-run.js";
import type { StackFolder } from "../stack/folder.js";
import { withoutLog } from "./apply-error.js";

/** What somebody is told about their request. */
export interface Notice extends HeldRequest {
  /** `applied`: told once for each request. Else once for each reason. */
  readonly kind?: "applied" | undefined;
  readonly noticeOf: typeof failureNotice;
}

/** Who was told, and why somebody was not. */
export interface Told {
  readonly told: readonly string[];
  readonly mailFailure?: AllmendeError | undefined;
}

const remembered = 31 * 86_400_000;

/** Writes to those who asked, in their language; each thing once. */
export async function tell(
  context: Pick<Context, "force">,
  folder: StackFolder,
  inventory: Pick<RequestedInventory, "mail" | "members">,
  notices: readonly Notice[],
): Promise<Told> {
  const { mail } = inventory;
  if (mail === undefined || notices.length === 0) return { told: [] };
  const untilMs = Date.now() + remembered;
  const letters = notices.map(({ request, problems, kind = "request", noticeOf }): Letter => {
    const language = languageOf(request.member, inventory, mail);
    const said = problems(language);
    const notice = noticeOf(language, { id: request.id, service: request.service ?? request.id, problems: said });
    return letterOf(
      kind,
      [stackKey(folder), request.id, ...withoutLog(said)],
      { ...notice, to: request.askedBy, language, untilMs },
      mail,
    );
  });
  const { deliveries, failure: mailFailure } = await post({ signal: context.force }, folder, mail, letters);
  const told = deliveries.filter(({ state }) => state === "sent" || state === "already-sent");
  const refused = deliveries.find(({ error }) => error !== undefined)?.error;
  return { told: told.map(({ letter }) => letter.to), mailFailure: mailFailure ?? refused };
}

/** The language of mails to a member. */
export function languageOf(
  member: string,
  { members }: Pick<RequestedInventory, "members">,
  mail: Pick<MailSpec, "language">,
): Language {
  return members.find(({ name }) => name === member)?.language ?? mail.language;
}
