import { AllmendeError } from "@allmende/model";
import { appliedNotice, type MemberRequest, type RequestedInventory } from "@allmende/requests";
import type { StackFolder } from "../stack/folder.js";
import { languageOf, type Notice } from "./tell.js";
import { sealTold, toldSecretsOf } from "./told.js";

export interface AppliedNotices {
  readonly notices: readonly Notice[];
  /** Why one is missing: what was applied stays applied. */
  readonly failure: AllmendeError | undefined;
}

/** What those are told whose requests are in effect now, generated secrets included, encrypted. `madeSecrets`: names of those made just now. */
export async function appliedNotices(
  folder: StackFolder,
  inventory: RequestedInventory,
  requests: readonly MemberRequest[],
  madeSecrets: readonly string[],
): Promise<AppliedNotices> {
  const { mail } = inventory;
  if (mail === undefined) return { notices: [], failure: undefined };
  const notices: Notice[] = [];
  let failure: AllmendeError | undefined;
  for (const request of requests) {
    const { id, member, service, change } = request;
    const language = languageOf(member, inventory, mail);
    const all = change === "create" || change === "change" ? toldSecretsOf(request, inventory) : [];
    // A change tells what it brought with it; what was told before stays as it was.
    const told = all.filter(({ name }) => change === "create" || madeSecrets.includes(name));
    try {
      const sealed = told.length === 0 ? undefined : await sealTold(folder, inventory, member, told, language);
      const titles = told.map((each) => `${each.service}: ${each.title[language]}`);
      const facts = { id, service: service ?? id, member, titles, sealed, questions: mail.questions };
      notices.push({ request, kind: "applied", problems: () => [], noticeOf: () => appliedNotice(language, facts) });
    } catch (error) {
      if (!(error instanceof AllmendeError)) throw error;
      failure ??= error;
    }
  }
  return { notices, failure };
}
