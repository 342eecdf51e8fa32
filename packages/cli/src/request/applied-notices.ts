import { AllmendeError, type Language } from "@allmende/model";
import {
  type AppliedDetails,
  appliedDetails,
  appliedNotice,
  checkRequests,
  type MemberRequest,
  type RequestedInventory,
  requestTexts,
} from "@allmende/requests";
import type { Context } from "../context.js";
import type { StackFolder } from "../stack/folder.js";
import { languageOf } from "./language.js";
import { readRequested } from "./requested.js";
import { settleRequested } from "./settled.js";
import { type Notice, type Told, tell } from "./tell.js";
import { sealTold, toldSecretsOf } from "./told.js";
import type { Untold } from "./untold.js";

export interface AppliedNotices {
  readonly notices: readonly Notice[];
  /** Why one is missing: what was applied stays applied. */
  readonly failure: AllmendeError | undefined;
}

/**
 * What is told of requests that are in effect now. Generated secrets are the member's alone: encrypted, and to their address where one is known. Whoever
 * asked in their place is told without them.
 */
export async function appliedNotices(
  folder: StackFolder,
  inventory: RequestedInventory,
  untold: readonly Untold[],
): Promise<AppliedNotices> {
  const notices: Notice[] = [];
  let failure: AllmendeError | undefined;
  for (const { id, secrets } of untold) {
    const request = inventory.requests.find((each) => each.id === id);
    if (request === undefined) continue;
    try {
      notices.push(...(await noticesOf(folder, inventory, request, secrets)));
    } catch (error) {
      if (!(error instanceof AllmendeError)) throw error;
      failure ??= error;
    }
  }
  return { notices, failure };
}

async function noticesOf(
  folder: StackFolder,
  inventory: RequestedInventory,
  request: MemberRequest,
  secrets: readonly string[],
): Promise<Notice[]> {
  const { id, member, service = id, askedBy } = request;
  const language = languageOf(member, inventory);
  const told = toldSecretsOf(request, inventory).filter(({ name }) => secrets.includes(name));
  const details = await detailsOf(folder, inventory, request, language);
  const questions = inventory.mail?.questions ?? "";
  const notice = (to: string, titles: readonly string[], sealed?: string): Notice => ({
    ...{ request, kind: "applied", to, problems: () => [] },
    noticeOf: () => appliedNotice(language, { ...details, id, service, member, titles, sealed, questions }),
  });
  if (told.length === 0) return [notice(askedBy, [])];
  const sealed = await sealTold(folder, inventory, member, told, language);
  const titles = told.map((each) => `${each.service}: ${each.title[language]}`);
  const to = inventory.members.find(({ name }) => name === member)?.email ?? askedBy;
  return [notice(to, titles, sealed), ...(to === askedBy ? [] : [notice(askedBy, [])])];
}

/** What a request did beside all others that were accepted. */
async function detailsOf(
  folder: StackFolder,
  { applications, inputs }: RequestedInventory,
  request: MemberRequest,
  language: Language,
): Promise<AppliedDetails> {
  const { files, templates } = await settleRequested(readRequested(folder.directory), { folder });
  const texts = requestTexts[language];
  const input = { files, ids: [request.id], authors: new Map(), templates, texts, nowMs: Date.now() };
  const application = applications.get(request.service ?? "");
  const template = templates.find(({ name }) => name === application?.template);
  return appliedDetails(request, checkRequests(input).effects[0], { application, template, inputs }, texts);
}

/** Who was told; `untold`: those of whom it failed. */
export interface ToldApplied extends Pick<Told, "told" | "mailFailure"> {
  readonly untold: readonly Untold[];
}

/** Tells of requests that are in effect, beside other notices. */
export async function tellApplied(
  context: Pick<Context, "force">,
  folder: StackFolder,
  inventory: RequestedInventory,
  applied: readonly Untold[],
  others: readonly Notice[],
): Promise<ToldApplied> {
  if (inventory.mail === undefined) return { told: [], untold: [] };
  const { notices, failure } = await appliedNotices(folder, inventory, applied);
  const { told, unsent, mailFailure } = await tell(context, folder, inventory, [...notices, ...others]);
  const isTold = ({ id }: Untold) =>
    notices.some(({ request }) => request.id === id) && !unsent.some((each) => each.kind && each.request.id === id);
  return { told, mailFailure: mailFailure ?? failure, untold: applied.filter((each) => !isTold(each)) };
}
