import { AllmendeError } from "@allmende/model";
import { type DeliveryResult, type Letter, letterOf } from "@allmende/patching";
import type { failureNotice, HeldRequest, RequestedInventory } from "@allmende/requests";
import type { Context } from "../context.js";
import { post } from "../mail/post.js";
import { stackKey } from "../patch/planned-run.js";
import type { StackFolder } from "../stack/folder.js";
import { withoutLog } from "./apply-error.js";
import { languageOf } from "./language.js";

/** What somebody is told about their request. */
export interface Notice extends HeldRequest {
  /** `applied`: once for each request. Else once for each reason. Either is remembered for 31 days: who asks for it again later is told again. */
  readonly kind?: "applied" | undefined;
  /** Undefined: whoever asked. */
  readonly to?: string | undefined;
  readonly noticeOf: typeof failureNotice;
}

/** Who was told, and why somebody was not. */
export interface Told {
  readonly told: readonly string[];
  /** What no server took. */
  readonly unsent: readonly Notice[];
  readonly mailFailure?: AllmendeError | undefined;
}

const remembered = 31 * 86_400_000;

/** Writes to those who asked, in the member's language; each thing once. Never throws for a mail: what was applied stays applied. */
export async function tell(
  context: Pick<Context, "force">,
  folder: StackFolder,
  inventory: Pick<RequestedInventory, "mail" | "members">,
  notices: readonly Notice[],
): Promise<Told> {
  const { mail } = inventory;
  if (mail === undefined || notices.length === 0) return { told: [], unsent: [] };
  const untilMs = Date.now() + remembered;
  const letters = notices.map(({ request, problems, kind = "request", noticeOf, to = request.askedBy }): Letter => {
    const language = languageOf(request.member, inventory);
    const said = problems(language);
    const notice = noticeOf(language, { id: request.id, service: request.service ?? request.id, problems: said });
    return letterOf(
      kind,
      [stackKey(folder), request.id, ...withoutLog(said)],
      { ...notice, to, language, untilMs },
      mail,
    );
  });
  const { deliveries, failure } = await post({ signal: context.force }, folder, mail, letters).catch(failed);
  const isTold = (letter: Letter | undefined) =>
    deliveries.some((each) => each.letter === letter && ["sent", "already-sent"].includes(each.state));
  const refused = deliveries.find(({ error }) => error !== undefined)?.error;
  return {
    told: letters.filter(isTold).map(({ to }) => to),
    unsent: notices.filter((_, index) => !isTold(letters[index])),
    mailFailure: failure ?? refused,
  };
}

/** Not even begun: the password for the server cannot be read. */
function failed(failure: unknown): DeliveryResult {
  if (failure instanceof AllmendeError) return { deliveries: [], failure };
  throw failure;
}
