import type { Language } from "@allmende/model";
import type { AppliedDetails } from "./applied-details.js";
import type { FailureNotice } from "./failure-letter.js";

/** What was applied, and which generated secrets its member is told. */
export interface AppliedFacts extends AppliedDetails {
  readonly id: string;
  readonly service: string;
  readonly member: string;
  /** What each told secret is for, in the member's language; empty: there is none. */
  readonly titles: readonly string[];
  /** The armoured age file with the values; undefined: the member has no key. */
  readonly sealed: string | undefined;
  /** Where members ask. */
  readonly questions: string;
}

/** For the member whose request is in effect. Generated secrets stand in it encrypted alone. */
export function appliedNotice(language: Language, facts: AppliedFacts): FailureNotice {
  const { id, service, titles, sealed } = facts;
  const secrets =
    titles.length === 0
      ? []
      : sealed === undefined
        ? withoutKey(language, facts)
        : sealedLines(language, facts, sealed);
  const isEnd = facts.change === "end";
  return language === "de"
    ? {
        subject: isEnd ? `${service}: beendet` : `Antrag zu ${service}: umgesetzt`,
        lines: [
          `Der Antrag ${id} (${service}) ist umgesetzt${isEnd ? ": der Dienst ist beendet" : ""}.`,
          ...detailLines(facts, "Geändert hat sich:"),
          ...secrets,
        ],
      }
    : {
        subject: isEnd ? `${service}: ended` : `Request about ${service}: applied`,
        lines: [
          `Request ${id} (${service}) is applied${isEnd ? ": the service has ended" : ""}.`,
          ...detailLines(facts, "What changed:"),
          ...secrets,
        ],
      };
}

function detailLines({ reach, changes, kept }: AppliedFacts, intro: string): string[] {
  return [
    ...(changes.length === 0 ? [] : ["", intro, ...changes.map((line) => `  ${line}`)]),
    ...[...(reach === undefined ? [] : [reach]), ...kept].flatMap((line) => ["", line]),
  ];
}

function sealedLines(language: Language, { service, titles }: AppliedFacts, sealed: string): string[] {
  const [what, how] =
    language === "de"
      ? [
          titles.length === 1
            ? "Dieses Passwort wurde erzeugt; es steht unten, verschlüsselt für deinen age-Schlüssel:"
            : "Diese Passwörter wurden erzeugt; sie stehen unten, verschlüsselt für deinen age-Schlüssel:",
          "Kopiere alles von BEGIN bis END, mit diesen beiden Zeilen, in eine Datei, und öffne sie (key.txt: dein privater Schlüssel, von age-keygen):",
        ]
      : [
          "This was generated, and stands below encrypted to your age key:",
          "Copy all from BEGIN to END, with these two lines, into a file, and open it (key.txt: your private key, from age-keygen):",
        ];
  return [
    ...["", what, ...titles.map((title) => `  ${title}`)],
    ...["", how, `  age -d -i key.txt ${service}.age`],
    ...["", ...sealed.trim().split("\n")],
  ];
}

function withoutKey(language: Language, { id, titles, member, questions }: AppliedFacts): string[] {
  const [what, how, then] =
    language === "de"
      ? [
          titles.length === 1
            ? "Dieses Passwort wurde erzeugt. Es steht nicht in dieser Mail, weil für dich kein age-Schlüssel hinterlegt ist:"
            : "Diese Passwörter wurden erzeugt. Sie stehen nicht in dieser Mail, weil für dich kein age-Schlüssel hinterlegt ist:",
          `Lege einen Schlüssel an, und bitte die Hostmaster (${questions}), den öffentlichen (age1…) in members/${member}.yaml einzutragen:`,
          `Dann verschlüsseln sie es für dich (allmende request secrets ${id}). Ohne Schlüssel können sie es dir zeigen.`,
        ]
      : [
          "This was generated, and does not stand in this mail, since no age key of yours is known:",
          `Make a key, and ask the hostmasters (${questions}) to write the public one (age1…) into members/${member}.yaml:`,
          `Then they encrypt it to you (allmende request secrets ${id}). Without a key they can show it to you.`,
        ];
  return [
    ...["", what, ...titles.map((title) => `  ${title}`)],
    ...["", how, "  age-keygen -o key.txt", "  ageRecipient: age1…", "", then],
  ];
}
