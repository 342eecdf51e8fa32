import { emailProblem, type Language } from "@allmende/model";
import {
  checkServiceName,
  isEntitled,
  memberOf,
  parseFieldValue,
  type RequestedInventory,
  renderMoney,
  requestTexts,
  shownValue,
  type Template,
  type TemplateField,
} from "@allmende/requests";
import { type Choices, hostChoices, levelChoices } from "./dialogue-choices.js";
import { type DialogueTexts, dialogueTexts } from "./dialogue-texts.js";
import { describeTemplate } from "./intake.js";
import { withDecimalPoint, withTypedAmounts } from "./typed-amount.js";
import { parseTypedDay } from "./typed-day.js";

/** What the dialogue knows already, and what it asked. */
export interface Answers {
  readonly template?: Template | undefined;
  readonly member?: string | undefined;
  readonly askedBy?: string | undefined;
  readonly service?: string | undefined;
  readonly host?: string | undefined;
  readonly level?: string | undefined;
  readonly date?: string | undefined;
  readonly values: Readonly<Record<string, unknown>>;
}

export interface DialogueOptions {
  readonly language: Language;
  /** Ask for fields that most members leave as they are. */
  readonly advanced: boolean;
  readonly signal: AbortSignal;
  /** Who sits there, as far as git knows: an e-mail address. */
  readonly author: string | undefined;
  readonly earliest: (template: Template) => string;
}

/** Asks on the terminal for everything that is not known yet; each answer is checked at once. Rejects when interrupted. */
export async function askForRequest(
  known: Answers,
  inventory: RequestedInventory,
  templates: readonly Template[],
  options: DialogueOptions,
): Promise<Required<Omit<Answers, "level">> & Pick<Answers, "level"> & { readonly template: Template }> {
  const { language, author } = options;
  const asking = askingIn(language, options.signal);
  const { texts, ask, choose } = asking;
  const template =
    known.template ??
    (await choose(
      texts.template,
      templates.map((value) => ({ value, name: describeTemplate(value, inventory, language) })),
    ));
  const member =
    known.member ??
    (await choose(
      texts.member,
      inventory.members.map(({ name }) => ({ value: name, name })),
      author === undefined ? undefined : memberOf(author, inventory)?.name,
    ));
  const askedBy = known.askedBy ?? (await askAddress(asking, inventory, member, author));
  const service =
    known.service ??
    (await ask(texts.service, (text) => checkServiceName(template, text, inventory.services, language) ?? true));
  const values: Record<string, unknown> = { ...known.values };
  for (const field of template.fields) {
    if (Object.hasOwn(values, field.name) || (field.advanced && !options.advanced)) continue;
    // Also what stays empty: it was asked.
    values[field.name] = await askField(field, asking);
  }
  const host =
    known.host ??
    (await choose(
      texts.host,
      hostChoices({ inventory, member, count: Object.keys(template.services).length }, asking),
    ));
  const level = known.level ?? (await askLevel(inventory, asking, host));
  const date = known.date ?? (await askDate(options.earliest(template), inventory, asking));
  return { template, member, askedBy, service, host, level, date, values };
}

/** Who asks; an address of somebody who may ask for the member: that of `author` first, and never another member's. */
export async function askAddress(
  { texts, ask, language }: Asking,
  inventory: RequestedInventory,
  memberName: string,
  author?: string,
): Promise<string> {
  const member = inventory.members.find(({ name }) => name === memberName);
  const validate = (text: string) => {
    if (text === "") return texts.required;
    if (emailProblem(text) !== undefined) return texts.noAddress;
    if (member === undefined || isEntitled(text, member, inventory)) return true;
    return requestTexts[language].notEntitled(text, member.name);
  };
  const isAuthor = author !== undefined && validate(author) === true;
  const isAnother = author !== undefined && memberOf(author, inventory) !== undefined;
  return await ask(texts.askedBy, validate, isAuthor ? author : isAnother ? undefined : member?.email);
}

/** One of the levels that a host is run on; undefined: the tariff has none. */
export async function askLevel(
  inventory: RequestedInventory,
  asking: Asking,
  host: string,
  present?: string,
): Promise<string | undefined> {
  const choices = levelChoices(inventory, host, asking);
  return choices.length === 0 ? undefined : await asking.choose(asking.texts.level, choices, present);
}

/** The first day; said what a sooner one costs. */
export async function askDate(earliest: string, { tariff }: RequestedInventory, asking: Asking): Promise<string> {
  const { texts, language } = asking;
  const surcharge =
    tariff === undefined ? undefined : renderMoney(tariff.lastMinuteSurcharge, tariff.currency, language);
  return await askDay(`${texts.date} (${texts.dateHelp(earliest, surcharge)})`, earliest, asking);
}

/** A day as it stands in files. */
export async function askDay(message: string, preset: string, { texts, language, ask }: Asking): Promise<string> {
  const validate = (text: string) => parseTypedDay(text, language) !== undefined || texts.badDate;
  const text = await ask(message, validate, preset);
  return parseTypedDay(text, language) ?? preset;
}

/** Asks yes or no, yes first. */
export async function askYesOrNo(message: string, language: Language, signal: AbortSignal): Promise<boolean> {
  return await chooser(language, signal)(message, yesOrNo(dialogueTexts[language]));
}

function yesOrNo(texts: DialogueTexts): Choices<boolean> {
  return [
    { value: true, name: texts.yes },
    { value: false, name: texts.no },
  ];
}

/** Asks for one of several; what the keys do is said in the same language. */
function chooser(language: Language, signal: AbortSignal) {
  const { keys } = dialogueTexts[language];
  const theme = { style: { keysHelpTip: () => keys } };
  return async <Value>(message: string, choices: Choices<Value>, preset?: Value): Promise<Value> => {
    const { select } = await import("@inquirer/prompts");
    const start = preset === undefined ? {} : { default: preset };
    return await select({ message, choices, loop: false, theme, ...start }, { output: process.stderr, signal });
  };
}

export interface Asking {
  readonly texts: DialogueTexts;
  readonly language: Language;
  ask(message: string, validate: (text: string) => string | true, preset?: string): Promise<string>;
  choose<Value>(message: string, choices: Choices<Value>, preset?: Value): Promise<Value>;
}

/** How to ask in a language on this terminal. */
export function askingIn(language: Language, signal: AbortSignal): Asking {
  const context = { output: process.stderr, signal };
  return {
    texts: dialogueTexts[language],
    language,
    choose: chooser(language, signal),
    ask: async (message, validate, preset) => {
      const { input } = await import("@inquirer/prompts");
      const start = preset === undefined ? {} : { default: preset };
      return (await input({ message, validate: (text) => validate(text.trim()), ...start }, context)).trim();
    },
  };
}

/** The value as it goes into the file; undefined: the field stays empty. `present`: what it is now. */
export async function askField(field: TemplateField, asking: Asking, present?: unknown): Promise<unknown> {
  const { texts, language, ask, choose } = asking;
  const empty = present === undefined ? texts.optional : texts.emptied;
  const hint = [field.help[language], field.required ? "" : empty].filter((part) => part !== "").join("; ");
  const message = `${field.label[language]} (${field.type === "size" ? withTypedAmounts(hint, language) : hint})`;
  const preset = present ?? field.default;
  const either = yesOrNo(texts);
  if (field.type === "choice")
    return await choose(
      message,
      field.options.map(({ value, label }) => ({ value, name: label[language] })),
      present === undefined ? undefined : String(present),
    );
  if (field.type === "boolean") return await choose(message, preset === true ? either : either.toReversed());
  if (field.type === "secret") {
    if (field.required) return present;
    const order = present === true ? either : either.toReversed();
    return (await choose(`${message} ${texts.secretHelp}`, order)) ? true : undefined;
  }
  const parse = (text: string) => parseFieldValue(field, withDecimalPoint(field, text, language), language);
  const validate = (text: string): string | true => {
    if (text === "") return field.required && preset === undefined ? texts.required : true;
    const parsed = parse(text);
    if (parsed.ok) return true;
    return field.type === "size" ? withTypedAmounts(parsed.message, language) : parsed.message;
  };
  const text = await ask(message, validate, preset === undefined ? undefined : shownValue(field, preset, language));
  const parsed = text === "" ? undefined : parse(text);
  return parsed?.ok ? parsed.value : undefined;
}
