import type { Language } from "@allmende/model";

/** What is said about a value, to members. None of them repeats the value of a secret. */
interface Messages {
  readonly text: string;
  readonly oneLine: string;
  readonly invisible: string;
  readonly blanks: string;
  readonly domain: string;
  readonly domainUpperCase: string;
  /** `ascii`: the name as it is written; undefined: there is no such form of it. */
  readonly domainAscii: (ascii: string | undefined) => string;
  readonly email: string;
  readonly gitUrl: string;
  readonly gitProtocol: string;
  readonly gitLogin: string;
  readonly gitAscii: string;
  readonly image: string;
  readonly imageVersion: string;
  readonly size: string;
  readonly sizePages: (near: string) => string;
  readonly boolean: string;
  readonly secret: string;
  readonly wholeNumber: string;
  readonly missing: string;
  readonly name: string;
  readonly nameTooLong: (most: number) => string;
  readonly nameReserved: string;
  readonly nameTaken: string;
  readonly samePort: (other: string) => string;
  readonly unknownField: (known: string) => string;
  readonly meant: (name: string) => string;
  readonly length: (least: number, most: number) => string;
  readonly range: (least: string | number, most: string | number) => string;
  readonly atLeast: (least: string) => string;
  readonly choice: (values: string) => string;
  readonly registry: (allowed: string) => string;
  readonly gitHost: (allowed: string) => string;
}

export const messages: Readonly<Record<Language, Messages>> = {
  en: {
    text: "must be text",
    oneLine: "must be a single line without control characters",
    invisible: "has an invisible or unassigned character in it: type it instead of pasting it",
    blanks: "begins or ends with a blank",
    domain: "must be a domain name, such as shop.example.org",
    domainUpperCase: "must be in lower case, such as shop.example.org",
    domainAscii: (ascii) =>
      `must have letters other than a to z in the form xn--…${ascii === undefined ? "" : `: ${ascii}`}`,
    email: "must be one e-mail address, such as anna@example.org",
    gitUrl: "must be the address of a Git repository: https://HOST/PATH, of letters, digits and . _ ~ - alone",
    gitProtocol: "is fetched over https alone, neither over ssh nor from a file: write it like https://HOST/PATH",
    gitLogin:
      "has a name or password before the host, which everyone could read here: write https://HOST/PATH of a public repository",
    gitAscii:
      "has a letter that is none of a to z, and may only look like one: type it, or write the host in the form that begins with xn--",
    image: "must be an image with its registry, name and version, such as docker.io/library/nginx:1.29",
    imageVersion: 'must name a version: "latest" changes without notice',
    sizePages: (near) => `must be a whole number of 4 KiB pages: ${near} is`,
    size: "must be an amount of RAM with its unit, such as 512MiB or 1.5GiB",
    boolean: "must be yes or no",
    secret: "never write a secret here: answer yes or no, and hand the value to the hostmasters",
    wholeNumber: "must be a whole number",
    missing: "is missing",
    name: "lower-case letters, digits and hyphens, a letter first, no hyphen last",
    nameTooLong: (most) => `is too long for this template: at most ${most} characters`,
    nameReserved: "is reserved for a unit of the system: choose another name",
    nameTaken: "is taken: choose another name",
    samePort: (other) => `is the same port of the host as "${other}"`,
    unknownField: (known) => `is no field of this template; its fields are ${known}`,
    meant: (name) => `did you mean "${name}"?`,
    length: (least, most) => `must have ${least} to ${most} characters`,
    range: (least, most) => `must be from ${least} to ${most}`,
    atLeast: (least) => `must be at least ${least}`,
    choice: (values) => `must be one of ${values}`,
    registry: (allowed) => `comes from a registry that is not allowed here; allowed are ${allowed}`,
    gitHost: (allowed) => `lies on a host that is not allowed here; allowed are ${allowed}`,
  },
  de: {
    text: "muss ein Text sein",
    oneLine: "muss eine einzige Zeile ohne Steuerzeichen sein",
    invisible: "enthält ein unsichtbares oder nicht vergebenes Zeichen: bitte tippen statt einfügen",
    blanks: "beginnt oder endet mit einem Leerzeichen",
    domain: "muss ein Domainname sein, zum Beispiel shop.example.org",
    domainUpperCase: "muss klein geschrieben sein, zum Beispiel shop.example.org",
    domainAscii: (ascii) =>
      `Umlaute und andere Sonderzeichen bitte in der Form xn--… schreiben${ascii === undefined ? "" : `: ${ascii}`}`,
    email: "muss eine einzelne E-Mail-Adresse sein, zum Beispiel anna@example.org",
    gitUrl: "muss die Adresse eines Git-Repositorys sein: https://HOST/PFAD, nur aus Buchstaben, Ziffern und . _ ~ -",
    gitProtocol: "wird nur über https geholt, weder über ssh noch aus einer Datei: schreib es wie https://HOST/PFAD",
    gitLogin:
      "hat einen Namen oder ein Passwort vor dem Host, das hier alle lesen könnten: schreib https://HOST/PFAD eines öffentlichen Repositorys",
    gitAscii:
      "hat einen Buchstaben, der keiner von a bis z ist und vielleicht nur so aussieht: tipp ihn, oder schreib den Host in der Form, die mit xn-- beginnt",
    image: "muss ein Image mit Registry, Name und Version sein, zum Beispiel docker.io/library/nginx:1.29",
    imageVersion: "muss eine Version nennen: „latest“ ändert sich ohne Ankündigung",
    sizePages: (near) => `muss eine ganze Zahl von Seiten zu 4 KiB sein: ${near} ist eine`,
    size: "muss eine Menge RAM mit Einheit sein, zum Beispiel 512MiB oder 1.5GiB",
    boolean: "muss ja oder nein sein",
    secret: "Geheimnisse gehören nie hierher: bitte ja oder nein antworten und den Wert den Hostmastern geben",
    wholeNumber: "muss eine ganze Zahl sein",
    missing: "fehlt",
    name: "Kleinbuchstaben, Ziffern und Bindestriche, zuerst ein Buchstabe, zuletzt kein Bindestrich",
    nameTooLong: (most) => `ist zu lang für diese Vorlage: höchstens ${most} Zeichen`,
    nameReserved: "ist einer Unit des Systems vorbehalten: wähle einen anderen Namen",
    nameTaken: "ist vergeben: wähle einen anderen Namen",
    samePort: (other) => `ist derselbe Port des Hosts wie „${other}“`,
    unknownField: (known) => `ist kein Feld dieser Vorlage; ihre Felder sind ${known}`,
    meant: (name) => `ist "${name}" gemeint?`,
    length: (least, most) => `muss ${least} bis ${most} Zeichen haben`,
    range: (least, most) => `muss von ${least} bis ${most} sein`,
    atLeast: (least) => `muss mindestens ${least} sein`,
    choice: (values) => `muss eines von diesen sein: ${values}`,
    registry: (allowed) => `kommt aus einer Registry, die hier nicht erlaubt ist; erlaubt sind ${allowed}`,
    gitHost: (allowed) => `liegt auf einem Host, der hier nicht erlaubt ist; erlaubt sind ${allowed}`,
  },
};
