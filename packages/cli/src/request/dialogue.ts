import { admissionOf, describeRam, inventoryOfHost, type Language } from "@allmende/model";
import {
  checkServiceName,
  parseFieldValue,
  type RequestedInventory,
  renderMoney,
  type Template,
  type TemplateField,
} from "@allmende/requests";
import { type DialogueTexts, dialogueTexts } from "./dialogue-texts.js";
import { describeTemplate } from "./intake.js";

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
  readonly earliest: (template: Template) => string;
}

/** Asks on the terminal for everything that is not known yet; each answer is checked at once. Rejects when interrupted. */
export async function askForRequest(
  known: Answers,
  inventory: RequestedInventory,
  templates: readonly Template[],
  options: DialogueOptions,
): Promise<Required<Omit<Answers, "level">> & Pick<Answers, "level"> & { readonly template: Template }> {
  const { input } = await import("@inquirer/prompts");
  const { language, signal } = options;
  const texts = dialogueTexts[language];
  const context = { output: process.stderr, signal };
  const choose = chooser(language, signal);
  const ask = async (message: string, validate: (text: string) => string | true, preset?: string): Promise<string> =>
    (
      await input(
        { message, validate: (text) => validate(text.trim()), ...(preset !== undefined && { default: preset }) },
        context,
      )
    ).trim();

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
    ));
  const email = inventory.members.find(({ name }) => name === member)?.email;
  const askedBy =
    known.askedBy ?? (await ask(texts.askedBy, (text) => /^\S+@\S+$/.test(text) || texts.required, email));
  const service =
    known.service ??
    (await ask(texts.service, (text) => checkServiceName(template, text, inventory.services, language) ?? true));
  const values: Record<string, unknown> = { ...known.values };
  for (const field of template.fields) {
    if (Object.hasOwn(values, field.name) || (field.advanced && !options.advanced)) continue;
    // Also what stays empty: it was asked.
    values[field.name] = await askField(field, { texts, language, ask, choose });
  }
  const host = known.host ?? (await choose(texts.host, hostChoices(inventory, texts)));
  const levels = inventory.tariff?.levels ?? [];
  const level =
    known.level ??
    (levels.length === 0
      ? undefined
      : await choose(
          texts.level,
          levels.map(({ name, title }) => ({ value: name, name: title[language] })),
        ));
  const earliest = options.earliest(template);
  const { tariff } = inventory;
  const surcharge =
    tariff === undefined ? undefined : renderMoney(tariff.lastMinuteSurcharge, tariff.currency, language);
  const isDay = (text: string) =>
    (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))) || texts.badDate;
  const date = known.date ?? (await ask(`${texts.date} (${texts.dateHelp(earliest, surcharge)})`, isDay, earliest));
  return { template, member, askedBy, service, host, level, date, values };
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

type Choices<Value> = { value: Value; name: string }[];

/** Asks for one of several; what the keys do is said in the same language. */
function chooser(language: Language, signal: AbortSignal) {
  const { keys } = dialogueTexts[language];
  const theme = { style: { keysHelpTip: () => keys } };
  return async <Value>(message: string, choices: Choices<Value>): Promise<Value> => {
    const { select } = await import("@inquirer/prompts");
    return await select({ message, choices, loop: false, theme }, { output: process.stderr, signal });
  };
}

interface Asking {
  readonly texts: DialogueTexts;
  readonly language: Language;
  ask(message: string, validate: (text: string) => string | true, preset?: string): Promise<string>;
  choose<Value>(message: string, choices: Choices<Value>): Promise<Value>;
}

/** The value as it goes into the file; undefined: the field stays empty. */
async function askField(field: TemplateField, { texts, language, ask, choose }: Asking): Promise<unknown> {
  const hint = [field.help[language], field.required ? "" : texts.optional].filter((part) => part !== "").join("; ");
  const message = `${field.label[language]} (${hint})`;
  const preset = field.default;
  const either = yesOrNo(texts);
  if (field.type === "choice")
    return await choose(
      message,
      field.options.map(({ value, label }) => ({ value, name: label[language] })),
    );
  if (field.type === "boolean") return await choose(message, preset === true ? either : either.toReversed());
  if (field.type === "secret") {
    if (field.required) return undefined;
    return (await choose(`${message} ${texts.secretHelp}`, either.toReversed())) ? true : undefined;
  }
  const validate = (text: string): string | true => {
    if (text === "") return field.required && preset === undefined ? texts.required : true;
    const parsed = parseFieldValue(field, text, language);
    return parsed.ok ? true : parsed.message;
  };
  const text = await ask(message, validate, preset === undefined ? undefined : String(preset));
  const parsed = text === "" ? undefined : parseFieldValue(field, text, language);
  return parsed?.ok ? parsed.value : undefined;
}

/** Most room first. */
function hostChoices(inventory: RequestedInventory, texts: DialogueTexts): { value: string; name: string }[] {
  return inventory.hosts
    .map(({ name }) => {
      const { soldBytes, limitBytes } = admissionOf(inventoryOfHost(inventory, name));
      return { name, left: limitBytes === undefined ? undefined : limitBytes - soldBytes };
    })
    .sort((one, other) => (other.left ?? 0) - (one.left ?? 0))
    .map(({ name, left }) => ({ value: name, name: left === undefined ? name : texts.left(name, describeRam(left)) }));
}
