import type { AllmendeError, Language } from "@allmende/model";
import { type Letter, letterOf } from "@allmende/patching";
import type { failureNotice, HeldRequest, RequestedInventory } from "@allmende/requests";
import type { Context } from "../context.js";
import { post } from "../mail/post.js";
import { stackKey } from "../patch/planned-run.js";
import type { StackFolder } from "../stack/folder.js";
import { withoutLog } from "./apply-error.js";

/** What somebody is told about their request. */
export interface Notice extends HeldRequest {
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
  const letters = notices.map(({ request, problems, noticeOf }): Letter => {
    const language: Language = inventory.members.find(({ name }) => name === request.member)?.language ?? mail.language;
    const said = problems(language);
    const notice = noticeOf(language, { id: request.id, service: request.service ?? request.id, problems: said });
    return letterOf(
      "request",
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
