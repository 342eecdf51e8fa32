import type { PlannedApplication, RequestedInventory, Template } from "@allmende/requests";
import { askAddress, askDate, askDay, askField, askingIn, askLevel, type DialogueOptions } from "./dialogue.js";
import { hostChoices } from "./dialogue-choices.js";

/** What a change is about, and what is known of it already. */
export interface ChangeQuestions {
  readonly application: PlannedApplication;
  /** Undefined: the catalogue no longer has it, and there are no fields to ask for. */
  readonly template: Template | undefined;
  readonly askedBy: string | undefined;
  /** Where it is to move. */
  readonly host: string | undefined;
  readonly date: string | undefined;
  /** Keys that need another answer, such as `host` or `values.ram`; without it every key is asked for. */
  readonly again: ReadonlySet<string> | undefined;
  readonly earliest: string;
}

/** Keys of a request; what stays as it is, is missing. Null takes a value away. */
export interface ChangeAnswers {
  readonly askedBy: string;
  readonly date: string;
  readonly host: string | undefined;
  readonly level: string | undefined;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Asks on the terminal what is to be different, from what there is. Rejects when interrupted. */
export async function askForChange(
  { application, template, askedBy, host: givenHost, date, again, earliest }: ChangeQuestions,
  inventory: RequestedInventory,
  { language, advanced, signal, author }: Omit<DialogueOptions, "earliest">,
): Promise<ChangeAnswers> {
  const asking = askingIn(language, signal);
  const { texts, choose } = asking;
  const isAsked = (key: string, usual: boolean) => again?.has(key) ?? usual;
  const email = inventory.members.find(({ name }) => name === application.member)?.email;
  const who =
    askedBy ??
    (isAsked("askedBy", true) ? await askAddress(asking, inventory, application.member, author) : (email ?? ""));
  const values: Record<string, unknown> = {};
  for (const field of template?.fields ?? []) {
    if (!isAsked(`values.${field.name}`, !field.advanced || advanced)) continue;
    const present = application.values[field.name];
    const answer = await askField(field, asking, present);
    if (answer === undefined && present !== undefined) values[field.name] = null;
    else if (String(answer) !== String(present ?? field.default)) values[field.name] = answer;
  }
  const own = Object.keys(application.plan.services);
  // Volumes stay where they are: few want to move.
  const host = isAsked("host", advanced)
    ? await choose(
        texts.host,
        hostChoices({ inventory, member: application.member, count: own.length, own }, asking),
        application.host,
      )
    : undefined;
  const level = isAsked("level", true)
    ? await askLevel(inventory, asking, host ?? givenHost ?? application.host, application.level)
    : undefined;
  return {
    askedBy: who,
    host: host === application.host ? undefined : host,
    level: level === application.level ? undefined : level,
    values,
    date: date ?? (isAsked("date", true) ? await askDate(earliest, inventory, asking) : earliest),
  };
}

/** Who wants the end, and when. Rejects when interrupted. */
export async function askForEnd(
  { application, askedBy, date, earliest }: Pick<ChangeQuestions, "application" | "askedBy" | "date" | "earliest">,
  inventory: RequestedInventory,
  { language, signal, author }: Pick<DialogueOptions, "language" | "signal" | "author">,
): Promise<Pick<ChangeAnswers, "askedBy" | "date">> {
  const asking = askingIn(language, signal);
  return {
    askedBy: askedBy ?? (await askAddress(asking, inventory, application.member, author)),
    date: date ?? (await askDay(asking.texts.endDate, earliest, asking)),
  };
}
