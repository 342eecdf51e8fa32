import type { Language } from "@allmende/model";

/** What the dialogue asks and says. */
export interface DialogueTexts {
  readonly template: string;
  readonly member: string;
  readonly askedBy: string;
  readonly service: string;
  readonly work: string;
  readonly host: string;
  readonly level: string;
  readonly date: string;
  readonly dateHelp: (earliest: string, surcharge: string | undefined) => string;
  readonly endDate: string;
  readonly badDate: string;
  readonly optional: string;
  /** How what is there is taken away. */
  readonly emptied: string;
  readonly yes: string;
  readonly no: string;
  /** What the keys do in a list. */
  readonly keys: string;
  readonly secretHelp: string;
  readonly write: string;
  readonly again: string;
  readonly notWritten: string;
  readonly unchanged: string;
  readonly written: (path: string) => string;
  readonly next: string;
  /** A waiting request was taken back. */
  readonly removed: (path: string) => string;
  readonly useSet: (options: readonly string[]) => string;
  readonly left: (host: string, most: string) => string;
  readonly levelPrice: (title: string, price: string) => string;
  readonly onlyOn: (hosts: readonly string[]) => string;
  readonly required: string;
  readonly noAddress: string;
  // Why options are not enough, and what to do.
  readonly lacks: (names: readonly string[]) => string;
  readonly lacksNext: (names: readonly string[]) => string;
  readonly noMember: (name: string, meant: string | undefined) => string;
  readonly noMemberNext: (names: readonly string[]) => string;
  readonly noTemplate: (name: string) => string;
  readonly noTemplateNext: (names: readonly string[]) => string;
  readonly noField: (pair: string) => string;
  readonly noValue: (name: string) => string;
  readonly noFieldNext: string;
}

/** The template is an argument, all else are options. */
function optionsOf(names: readonly string[], template: string): string {
  return names.map((name) => (name === "template" ? template : `--${name}`)).join(", ");
}

const lackingGerman: Readonly<Record<string, string>> = {
  template: "die Vorlage",
  member: "das Mitglied (--member)",
  service: "der Name des Dienstes (--service)",
  host: "der Host (--host)",
  by: "wer ihn stellt (--by)",
  work: "was zu tun ist (--work)",
};

export const dialogueTexts: Readonly<Record<Language, DialogueTexts>> = {
  en: {
    template: "What is it to be?",
    member: "For which member?",
    askedBy: "Your e-mail address",
    service: "Name of the service (lower-case letters, digits, hyphens)",
    work: "What is to be done? (in one line)",
    host: "On which host?",
    level: "Which service level?",
    date: "From which day on?",
    dateHelp: (earliest, surcharge) =>
      `without surcharge from ${earliest} on${surcharge === undefined ? "" : `; sooner costs ${surcharge} once`}`,
    endDate: "From which day on is it to be gone?",
    badDate: "a day is needed, such as 2026-11-27",
    optional: "may stay empty",
    emptied: "Backspace empties it",
    yes: "yes",
    no: "no",
    keys: "arrow keys choose, Enter takes it",
    secretHelp: "Is there one? Its value is not asked here: it goes to a hostmaster, never into a file",
    write: "Write this request?",
    again: "This does not go together yet; what is asked again needs another answer:",
    notWritten: "nothing was written",
    unchanged: "all stays as it is: there is nothing to ask for",
    written: (path) => `written: ${path}`,
    useSet: (options) => `next: give ${options.join(" ")}, or run it on a terminal`,
    removed: (path) =>
      `it waits and never took effect; removed: ${path}\nnext: commit that on a branch, and open a change for it`,
    next: "next: commit it on a branch, and open a change for it: it is checked there, and somebody else approves it",
    left: (host, most) => `${host}: room for up to ${most}`,
    levelPrice: (title, price) => `${title}: ${price} per month`,
    onlyOn: (hosts) => `only on ${hosts.join(", ")}`,
    required: "is needed",
    noAddress: "is no e-mail address: write it like anna@example.org",
    lacks: (names) => `the request lacks: ${names.join(", ")}`,
    lacksNext: (names) => `give ${optionsOf(names, "the template's name")}, or run it on a terminal`,
    noMember: (name, meant) => `there is no member ${name}${meant === undefined ? "" : ` (did you mean "${meant}"?)`}`,
    noMemberNext: (names) => `name one of: ${names.join(", ")}`,
    noTemplate: (name) => `there is no template ${name}`,
    noTemplateNext: (names) => `name one of: ${names.join(", ")}`,
    noField: (pair) => `--set ${pair} names no field`,
    noValue: (name) => `--set ${name} lacks the = and a value`,
    noFieldNext: "write it like --set port=8090",
  },
  de: {
    template: "Was soll es werden?",
    member: "Für welches Mitglied?",
    askedBy: "Deine E-Mail-Adresse",
    service: "Name des Dienstes (Kleinbuchstaben, Ziffern, Bindestriche)",
    work: "Was ist zu tun? (in einer Zeile)",
    host: "Auf welchem Host?",
    level: "Welche Dienstgüte?",
    date: "Ab welchem Tag?",
    dateHelp: (earliest, surcharge) =>
      `ohne Zuschlag ab ${earliest}${surcharge === undefined ? "" : `; früher kostet einmalig ${surcharge}`}`,
    endDate: "Ab welchem Tag soll es weg sein?",
    badDate: "ein Tag wird gebraucht, etwa 27.11.2026 oder 2026-11-27",
    optional: "darf leer bleiben",
    emptied: "die Rücktaste leert es",
    yes: "ja",
    no: "nein",
    keys: "Pfeiltasten wählen aus, Eingabetaste übernimmt",
    secretHelp: "Gibt es eines? Der Wert wird hier nicht gefragt: er geht an einen Hostmaster, niemals in eine Datei",
    write: "Diesen Antrag schreiben?",
    again: "So passt es noch nicht zusammen; was noch einmal gefragt wird, braucht eine andere Antwort:",
    notWritten: "nichts wurde geschrieben",
    unchanged: "alles bleibt, wie es ist: da gibt es nichts zu beantragen",
    written: (path) => `geschrieben: ${path}`,
    useSet: (options) => `weiter: gib ${options.join(" ")} an, oder führ es in einem Terminal aus`,
    removed: (path) =>
      `er wartet und galt noch nie; gelöscht: ${path}\nweiter: das in einem Zweig committen und eine Änderung dafür eröffnen`,
    next: "weiter: in einem Zweig committen und eine Änderung dafür eröffnen: dort wird er geprüft, und jemand anderes stimmt zu",
    left: (host, most) => `${host}: Platz für höchstens ${most}`,
    levelPrice: (title, price) => `${title}: ${price} im Monat`,
    onlyOn: (hosts) => `nur auf ${hosts.join(", ")}`,
    required: "wird gebraucht",
    noAddress: "ist keine E-Mail-Adresse: schreib sie wie anna@example.org",
    lacks: (names) => `Es fehlt: ${names.map((name) => lackingGerman[name] ?? name).join(", ")}`,
    lacksNext: (names) => `gib ${optionsOf(names, "den Namen der Vorlage")} an, oder führ es in einem Terminal aus`,
    noMember: (name, meant) =>
      `es gibt kein Mitglied ${name}${meant === undefined ? "" : ` (ist „${meant}“ gemeint?)`}`,
    noMemberNext: (names) => `nenne eines von diesen: ${names.join(", ")}`,
    noTemplate: (name) => `es gibt keine Vorlage ${name}`,
    noTemplateNext: (names) => `nenne eine von diesen: ${names.join(", ")}`,
    noField: (pair) => `--set ${pair} nennt kein Feld`,
    noValue: (name) => `bei --set ${name} fehlt das = mit einem Wert`,
    noFieldNext: "schreib es wie --set port=8090",
  },
};
