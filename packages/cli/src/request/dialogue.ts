import { admissionOf, describeRam, inventoryOfHost, type Language, serviceNameProblem } from "@allmende/model";
import {
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
  const { input, select } = await import("@inquirer/prompts");
  const { language, signal } = options;
  const texts = dialogueTexts[language];
  const context = { output: process.stderr, signal };
  const choose = async <Value>(message: string, choices: { value: Value; name: string }[]): Promise<Value> =>
    await select({ message, choices, loop: false }, context);
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
  const service = known.service ?? (await ask(texts.service, (text) => serviceNameProblem(text) ?? true));
  const values: Record<string, unknown> = { ...known.values };
  for (const field of template.fields) {
    if (Object.hasOwn(values, field.name) || (field.advanced && !options.advanced)) continue;
    const value = await askField(field, { texts, language, ask, choose });
    if (value !== undefined) values[field.name] = value;
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

interface Asking {
  readonly texts: DialogueTexts;
  readonly language: Language;
  ask(message: string, validate: (text: string) => string | true, preset?: string): Promise<string>;
  choose<Value>(message: string, choices: { value: Value; name: string }[]): Promise<Value>;
}

/** The value as it goes into the file; undefined: the field stays empty. */
async function askField(field: TemplateField, { texts, language, ask, choose }: Asking): Promise<unknown> {
  const hint = [field.help[language], field.required ? "" : texts.optional].filter((part) => part !== "").join("; ");
  const message = `${field.label[language]} (${hint})`;
  const preset = field.default;
  const yesOrNo = [
    { value: true, name: texts.yes },
    { value: false, name: texts.no },
  ];
  if (field.type === "choice")
    return await choose(
      message,
      field.options.map(({ value, label }) => ({ value, name: label[language] })),
    );
  if (field.type === "boolean") return await choose(message, preset === true ? yesOrNo : yesOrNo.toReversed());
  if (field.type === "secret") {
    if (field.required) return undefined;
    return (await choose(`${message} ${texts.secretHelp}`, yesOrNo.toReversed())) ? true : undefined;
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
