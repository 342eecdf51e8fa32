import { type Language, nearest, UserError } from "@allmende/model";
import {
  parseFieldValue,
  type RequestDraft,
  type RequestedInventory,
  requestTexts,
  type Template,
} from "@allmende/requests";
import type { Context } from "../context.js";
import { askForRequest } from "./dialogue.js";
import { askForChange, askForEnd } from "./dialogue-change.js";
import { type DialogueTexts, dialogueTexts } from "./dialogue-texts.js";
import { askForWork, workKeys } from "./draft-work.js";
import { earliestFor, requireWork, todayOf } from "./intake.js";
import type { Requested } from "./requested.js";

export interface Given {
  readonly templateName: string | undefined;
  /** By key of a request; `changes` and `ends` name the service that it is about. */
  readonly given: Readonly<Record<string, unknown>>;
  /** `name=value`. */
  readonly set: readonly string[];
  /** Of a change or an end: keys that need another answer, such as `values.ram`. */
  readonly again?: ReadonlySet<string> | undefined;
}

export interface DraftContext {
  readonly requested: Requested;
  readonly inventory: RequestedInventory;
  readonly language: Language;
  readonly nowMs: number;
  readonly interactive: boolean;
  /** The e-mail address of whoever sits at the terminal, as far as git knows it. */
  readonly author: string | undefined;
  /** Ask for every field. */
  readonly all: boolean;
}

/** The request that is meant: from what is given, and on a terminal from what is asked. UserError `incomplete-request`. */
export async function draftOf(
  context: Context,
  { templateName, given, set, again }: Given,
  draft: DraftContext,
): Promise<RequestDraft> {
  const { inventory, nowMs, requested } = draft;
  requireWork(inventory);
  const texts = dialogueTexts[draft.language];
  const pairs = parseSet(set, texts);
  const written = { ...(given["values"] as object | undefined), ...pairs };
  const askedAt = `${new Date(nowMs).toISOString().slice(0, 19)}Z`;
  const about = textOf(given["changes"]) ?? textOf(given["ends"]);
  if (about !== undefined) {
    const name = inventory.applications.get(about)?.template;
    const values = typed(written, templateOf(name, draft), draft.language);
    return await draftAbout(about, { given, values, again, askedAt, signal: context.signal }, draft);
  }
  if (given["change"] === "work") return await draftWork(given, pairs, draft, { askedAt, signal: context.signal });
  const named = templateName ?? textOf(given["template"]);
  const template = templateOf(named, draft);
  if (named !== undefined && template === undefined) throw unknownTemplate(named, requested.templates, texts);
  const known = {
    ...{ template, values: typed(written, template, draft.language) },
    member: textOf(given["member"]),
    service: textOf(given["service"]),
    host: textOf(given["host"]),
    level: textOf(given["level"]),
    date: textOf(given["date"]),
    askedBy: textOf(given["askedBy"]),
  };
  const earliest = (of: Template) => earliestFor(inventory, of, nowMs);
  const { language, all: advanced, author } = draft;
  const answers = draft.interactive
    ? await askForRequest(known, inventory, requested.templates, {
        language,
        advanced,
        signal: context.signal,
        author,
        earliest,
      })
    : known;
  const { member, service, host } = answers;
  const askedBy = answers.askedBy ?? emailOf(inventory, member);
  const of = answers.template;
  if (
    of === undefined ||
    member === undefined ||
    service === undefined ||
    host === undefined ||
    askedBy === undefined
  ) {
    requireKnown(member, inventory, texts);
    const missing = Object.entries({ template: of, member, service, host, by: askedBy }).filter(
      ([, value]) => value === undefined,
    );
    throw incomplete(
      missing.map(([name]) => name),
      texts,
    );
  }
  return {
    ...{ change: "create", member, service, template: of.name, host, askedBy, askedAt, values: answers.values },
    date: answers.date ?? earliest(of),
    level: answers.level,
  };
}

interface About extends Pick<Given, "given" | "again"> {
  readonly values: Readonly<Record<string, unknown>>;
  readonly askedAt: string;
  readonly signal: AbortSignal;
}

/**
 * Change and end name a service that is there; its member is known. An end has no lead time: it may be at once. On a terminal the rest is asked for, unless
 * options say already what is to be different.
 */
async function draftAbout(
  service: string,
  { given, values, again, askedAt, signal }: About,
  { inventory, requested, nowMs, interactive, language, all: advanced, author }: DraftContext,
): Promise<RequestDraft> {
  const application = inventory.applications.get(service);
  const date = textOf(given["date"]);
  const [host, level] = [textOf(given["host"]), textOf(given["level"])];
  const template = requested.templates.find(({ name }) => name === application?.template);
  const isEnd = given["ends"] !== undefined;
  const possible = isEnd ? todayOf(inventory, nowMs) : earliestFor(inventory, template, nowMs);
  // Before the day on which it is to be there, nothing of it is.
  const earliest = [possible, application?.requests[0].date ?? possible].sort().at(-1) ?? possible;
  const isSaid = !isEnd && again === undefined && (Object.keys(values).length > 0 || (host ?? level) !== undefined);
  const isNothing = !isEnd && !isSaid && again === undefined;
  if (!interactive && application !== undefined && isNothing) throw nothingChanges(service, language);
  if (!interactive || application === undefined || isSaid) {
    const common = {
      service,
      ...whoAsks(memberOf(service, given, inventory, language), given, inventory, dialogueTexts[language]),
      askedAt,
    };
    if (isEnd) return { ...common, change: "end", date: date ?? earliest };
    return { ...common, ...{ change: "change", values, host, level }, date: date ?? earliest };
  }
  const questions = { application, template, askedBy: textOf(given["askedBy"]), host, date, again, earliest };
  const common = { service, member: application.member, askedAt };
  if (isEnd)
    return { ...common, change: "end", ...(await askForEnd(questions, inventory, { language, signal, author })) };
  const answers = await askForChange(questions, inventory, { language, advanced, signal, author });
  const changed = {
    host: answers.host ?? host,
    level: answers.level ?? level,
    values: { ...values, ...answers.values },
  };
  if (Object.keys(changed.values).length === 0 && (changed.host ?? changed.level) === undefined)
    throw nothingChanges(service, language);
  return { ...common, ...answers, ...changed, change: "change" };
}

/** The member whose a service is, also one that no request made: why that is no request's is said later, with everything else. */
function memberOf(service: string, given: Given["given"], inventory: RequestedInventory, language: Language): string {
  const { applications, services } = inventory;
  const owner = applications.get(service) ?? services.find(({ name }) => name === service);
  const member = owner?.member ?? textOf(given["member"]);
  if (member !== undefined) return member;
  throw new UserError(requestTexts[language].noSuchService(service, [...applications.keys()]), {
    code: "unknown-service",
    concerns: service,
  });
}

function nothingChanges(service: string, language: Language): UserError {
  return new UserError(dialogueTexts[language].unchanged, { code: "nothing-changes", concerns: service });
}

/** Work has no lead time: it is planned, today unless somebody says a day. */
async function draftWork(
  given: Given["given"],
  set: Readonly<Record<string, string>>,
  { inventory, nowMs, language, interactive }: DraftContext,
  { askedAt, signal }: Pick<About, "askedAt" | "signal">,
): Promise<RequestDraft> {
  const { changes: _changes, ends: _ends, ...keys } = given;
  const known = {
    title: textOf(given["title"]),
    member: textOf(given["member"]),
    askedBy: textOf(given["askedBy"]),
  };
  const answers = interactive ? await askForWork(known, inventory, { language, signal }) : known;
  const texts = dialogueTexts[language];
  if (given["title"] === undefined && answers.title === undefined) throw incomplete(["work"], texts);
  const who = whoAsks(answers.member, { ...given, askedBy: answers.askedBy }, inventory, texts);
  return {
    ...{ title: answers.title, ...keys, ...workKeys(set, who.askedBy) },
    ...{ change: "work", ...who, askedAt, date: textOf(given["date"]) ?? todayOf(inventory, nowMs) },
  };
}

/** The fields that a request may give: its template's, or those of the service that it is about. */
export function fieldsOf(
  { change, template, service = "" }: RequestDraft,
  { inventory, requested }: Pick<DraftContext, "inventory" | "requested">,
): Template["fields"] {
  const name = change === "create" ? template : inventory.applications.get(service)?.template;
  return requested.templates.find((each) => each.name === name)?.fields ?? [];
}

function templateOf(wanted: string | undefined, { requested }: DraftContext): Template | undefined {
  return requested.templates.find(({ name }) => name === wanted);
}

/** What was typed as what its field holds; what its field refuses stays as it is, and is refused later with everything else. */
function typed(values: Readonly<Record<string, unknown>>, template: Template | undefined, language: Language) {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const field = template?.fields.find((each) => each.name === name);
      const parsed = field === undefined || value === "" ? undefined : parseFieldValue(field, value, language);
      return [name, parsed?.ok ? parsed.value : value];
    }),
  );
}

function parseSet(set: readonly string[], { noField, noValue, noFieldNext }: DialogueTexts): Record<string, string> {
  return Object.fromEntries(
    set.map((pair) => {
      const at = pair.indexOf("=");
      if (at > 0) return [pair.slice(0, at), pair.slice(at + 1)];
      throw new UserError(at < 0 ? noValue(pair) : noField(pair), { code: "bad-usage", nextStep: noFieldNext });
    }),
  );
}

/** The member whose it is, and who asks for it. UserError `incomplete-request`. */
function whoAsks(
  member: string | undefined,
  given: Given["given"],
  inventory: RequestedInventory,
  texts: DialogueTexts,
) {
  const askedBy = textOf(given["askedBy"]) ?? emailOf(inventory, member);
  if (askedBy === undefined) requireKnown(member, inventory, texts);
  if (member === undefined || askedBy === undefined) throw incomplete([member === undefined ? "member" : "by"], texts);
  return { member, askedBy };
}

/** UserError `unknown-member` for a name that no member has. */
function requireKnown(
  member: string | undefined,
  { members }: RequestedInventory,
  { noMember, noMemberNext }: DialogueTexts,
): void {
  const names = members.map(({ name }) => name);
  if (member === undefined || names.includes(member)) return;
  throw new UserError(noMember(member, nearest(member, names)), {
    code: "unknown-member",
    concerns: member,
    nextStep: noMemberNext(names),
  });
}

function emailOf({ members }: RequestedInventory, member: string | undefined): string | undefined {
  return members.find(({ name }) => name === member)?.email;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function incomplete(missing: readonly string[], { lacks, lacksNext }: DialogueTexts): UserError {
  return new UserError(lacks(missing), { code: "incomplete-request", nextStep: lacksNext(missing) });
}

function unknownTemplate(
  name: string,
  templates: readonly Template[],
  { noTemplate, noTemplateNext }: DialogueTexts,
): UserError {
  return new UserError(noTemplate(name), {
    code: "unknown-template",
    concerns: name,
    nextStep: noTemplateNext(templates.map((template) => template.name)),
  });
}
