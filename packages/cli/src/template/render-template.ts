import { describeRam, type Language } from "@allmende/model";
import { shownValue, type Template, type TemplateField } from "@allmende/requests";
import type { Styles } from "../output/style.js";
import { renderTable } from "../output/table.js";

interface Words {
  readonly header: readonly string[];
  readonly fieldHeader: readonly string[];
  readonly ram: (minimum: string, recommended: string) => string;
  readonly services: string;
  readonly told: string;
  readonly required: string;
  readonly optional: string;
  readonly types: Readonly<Record<TemplateField["type"], string>>;
}

/** What `template list` and `template show` say. */
export const templateWords: Readonly<Record<Language, Words>> = {
  en: {
    header: ["TEMPLATE", "WHAT", "RAM FROM", "RECOMMENDED"],
    fieldHeader: ["FIELD", "KIND", "DEFAULT", "WHAT"],
    ram: (minimum, recommended) => `RAM: at least ${minimum}, recommended ${recommended}`,
    services: "makes the services",
    told: "generates for the member",
    required: "required",
    optional: "may stay empty",
    types: {
      domain: "domain",
      port: "port",
      size: "RAM",
      choice: "choice",
      secret: "secret",
      email: "e-mail",
      gitUrl: "Git URL",
      image: "image",
      text: "text",
      integer: "number",
      boolean: "yes or no",
    },
  },
  de: {
    header: ["VORLAGE", "WAS", "RAM AB", "EMPFOHLEN"],
    fieldHeader: ["FELD", "ART", "VORGABE", "WAS"],
    ram: (minimum, recommended) => `RAM: mindestens ${minimum}, empfohlen ${recommended}`,
    services: "erzeugt die Dienste",
    told: "erzeugt für das Mitglied",
    required: "nötig",
    optional: "darf leer bleiben",
    types: {
      domain: "Domain",
      port: "Port",
      size: "RAM",
      choice: "Auswahl",
      secret: "Geheimnis",
      email: "E-Mail",
      gitUrl: "Git-URL",
      image: "Image",
      text: "Text",
      integer: "Zahl",
      boolean: "ja oder nein",
    },
  },
};

/** One line for each template. */
export function renderTemplates(templates: readonly Template[], language: Language, style: Styles): string {
  const { header } = templateWords[language];
  const rows = templates.map(({ name, title, ram }) => [
    name,
    title[language],
    describeRam(ram.minimumBytes, language),
    describeRam(ram.recommendedBytes, language),
  ]);
  return renderTable(header, rows, { style, right: header.slice(2) });
}

/** A template with all of its fields. */
export function renderTemplate(template: Template, language: Language, style: Styles): string {
  const own = templateWords[language];
  const { minimumBytes, recommendedBytes } = template.ram;
  const names = Object.keys(template.services).map((key) => (key === "main" ? "NAME" : `NAME-${key}`));
  const secrets = Object.values(template.services).flatMap((service) => Object.values(service.secrets ?? {}));
  const told = secrets.flatMap((secret) => ("tell" in secret && secret.tell ? [secret.tell[language]] : []));
  const rows = template.fields.map((field) => [
    field.name,
    kindOf(field, own.types[field.type]),
    field.default === undefined
      ? field.required
        ? own.required
        : own.optional
      : shownValue(field, field.default, language),
    `${field.label[language]}: ${field.help[language]}`,
  ]);
  return [
    style.bold(`${template.name}: ${template.title[language]}`),
    template.help[language],
    own.ram(describeRam(minimumBytes, language), describeRam(recommendedBytes, language)),
    `${own.services} ${names.join(", ")}`,
    ...(told.length === 0 ? [] : [`${own.told}: ${told.join(", ")}`]),
    "",
    renderTable(own.fieldHeader, rows, { style }),
  ].join("\n");
}

function kindOf(field: TemplateField, type: string): string {
  return field.type === "choice" ? field.options.map(({ value }) => value).join(" | ") : type;
}
