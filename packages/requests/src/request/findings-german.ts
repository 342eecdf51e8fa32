import type { Finding } from "@allmende/model";

/** What the model says of a file that a member writes, and the same in German; `$1` is what the pattern found. */
const translations: readonly (readonly [RegExp, string])[] = [
  // The file.
  [/^is too long: at most (\d+) KiB$/, "ist zu lang: höchstens $1 KiB"],
  [
    /^has an anchor or an alias \(.*\): write it out, or put a text that begins so in quotes$/,
    "hat einen Anker oder Verweis („&name“, „*name“): schreib es aus, oder setz einen Text, der so beginnt, in Anführungszeichen",
  ],
  [/^("[^"]*") stands here twice: remove one$/, "$1 steht hier zweimal: nimm eines heraus"],
  [/^this key stands here twice: remove one$/, "dieser Schlüssel steht hier zweimal: nimm einen heraus"],
  [/^is indented with a tab: YAML wants spaces$/, "ist mit einem Tabulator eingerückt: YAML will Leerzeichen"],
  [
    /^has a second document after "---": write one file for each thing$/,
    "hat ein zweites Dokument nach „---“: schreib für jedes eine eigene Datei",
  ],
  [
    /^is not valid YAML here: put a value with ": " in it in quotes, and check the indentation$/,
    "ist hier kein gültiges YAML: setz einen Wert, in dem „: “ steht, in Anführungszeichen, und prüf die Einrückung",
  ],
  [/^is not indented like its neighbours$/, "ist nicht eingerückt wie seine Nachbarn"],
  [/^has an open bracket: .*$/, "hat eine offene Klammer: zu [ gehört ], zu { gehört }"],
  [
    /^has a backslash that means nothing here: .*$/,
    "hat einen Backslash, der hier nichts bedeutet: verdopple ihn, oder nimm einfache Anführungszeichen",
  ],
  [
    /^begins with "([*!])", which in YAML .*: put the value in quotes$/,
    "beginnt mit „$1“, was in YAML etwas anderes bedeutet: setz den Wert in Anführungszeichen",
  ],
  [/^is not valid YAML: .*$/, "ist kein gültiges YAML: prüf Einrückung, Klammern und Anführungszeichen"],
  [
    /^is no place of a request: .*$/,
    "ist kein Ort für einen Antrag: requests/ID.yaml, aus Kleinbuchstaben, Ziffern und Bindestrichen",
  ],
  [
    /^would be overlooked: rename it to end in "\.yaml"$/,
    "würde übersehen: benenne die Datei so um, dass sie auf „.yaml“ endet",
  ],
  // Its keys.
  [/^must say what is asked for: (.*)$/, "muss sagen, was beantragt wird: $1"],
  [/^is not a known key \(did you mean ("[^"]*")\?\)$/, "ist kein bekannter Schlüssel (ist $1 gemeint?)"],
  [/^is not a known key; known here: (.*)$/, "ist kein bekannter Schlüssel; bekannt sind hier: $1"],
  [/^is not a possible name$/, "kann kein Name sein"],
  [/^is no name of a field$/, "ist kein Name eines Feldes"],
  [/^is missing(: .*)?$/, "fehlt"],
  [/^stands here twice$/, "steht hier zweimal"],
  [/^must be one of: (.*)$/, "muss eines von diesen sein: $1"],
  // Its values.
  [/^must be text, a number, true or false$/, "muss Text, eine Zahl, true oder false sein"],
  [/^must be text, not .*; put it in quotes$/, "muss Text sein: setz es in Anführungszeichen"],
  [/^must be text, not .*$/, "muss Text sein"],
  [/^must be a number, not .*$/, "muss eine Zahl sein"],
  [/^must be true or false, not .*$/, "muss true oder false sein"],
  [/^must be a map \((?:key|name): value\), not .*$/, "muss aus Zeilen der Form „Schlüssel: Wert“ bestehen"],
  [/^must be a list, not .*$/, "muss eine Liste sein"],
  [/^must be one line of text$/, "muss eine einzelne Zeile Text sein"],
  [/^is empty: write it, or leave the key out$/, "ist leer: füll es aus, oder lass die Zeile weg"],
  [/^(?:is too long: at most|must be at most) (\d+) characters(?: long)?$/, "ist zu lang: höchstens $1 Zeichen"],
  [/^Too big: expected string to have <=(\d+) characters$/, "ist zu lang: höchstens $1 Zeichen"],
  [
    /^is too long to name a service: at most (\d+) characters$/,
    "ist als Name eines Dienstes zu lang: höchstens $1 Zeichen",
  ],
  [
    /^(".*") cannot name a service: .*$/,
    "$1 kann kein Dienst heißen: Kleinbuchstaben, Ziffern und Bindestriche, zuerst ein Buchstabe, zuletzt kein Bindestrich",
  ],
  [
    /^(".*") is reserved for a unit .*$/,
    "$1 ist einer Unit vorbehalten, die die Dienstverwaltung jedes Mitglieds hat: wähle einen anderen Namen",
  ],
  [
    /^must be the name of a member: .*$/,
    "muss der Name eines Mitglieds sein: Kleinbuchstaben, Ziffern und Bindestriche",
  ],
  [
    /^must be the name of a template: .*$/,
    "muss der Name einer Vorlage sein: Kleinbuchstaben, Ziffern und Bindestriche",
  ],
  [/^must be the name of a host: .*$/, "muss der Name eines Hosts sein: Kleinbuchstaben, Ziffern und Bindestriche"],
  [
    /^must be the name of a service level: .*$/,
    "muss der Name einer Dienstgüte sein: Kleinbuchstaben, Ziffern und Bindestriche",
  ],
  [/^must be the name of a request, without \.yaml$/, "muss der Name eines Antrags sein, ohne .yaml"],
  [
    /^must be the address alone, without a name: anna@example\.org$/,
    "muss die Adresse allein sein, ohne Namen: anna@example.org",
  ],
  [
    /^must be one e-mail address, such as anna@example\.org$/,
    "muss eine einzelne E-Mail-Adresse sein, etwa anna@example.org",
  ],
  [/^must be a day, such as (\S+)$/, "muss ein Tag sein, etwa $1"],
  [/^must be a time such as (\S+)$/, "muss ein Zeitpunkt sein, etwa $1"],
  [/^must be a whole number of minutes from 1 to 1440$/, "muss eine ganze Zahl von Minuten sein, 1 bis 1440"],
  [/^must be an amount in quotes, such as "450\.00"$/, "muss ein Betrag in Anführungszeichen sein, etwa „450.00“"],
  [/^("\d+") has no unit: write it like (.*) or (.*)$/, "$1 hat keine Einheit: schreib es wie $2 oder $3"],
  [/^must be a time with its unit: write it like (.*) or (.*)$/, "muss eine Dauer mit Einheit sein, wie $1 oder $2"],
  [/^(".*") is longer than a year \(366d\)$/, "$1 ist länger als ein Jahr (366d)"],
  // What it leads to.
  [/^there is no member (".*?")(?: \(did you mean .*\))?$/, "es gibt kein Mitglied $1"],
  [/^there is no host (".*?") in hosts\.yaml(?: \(did you mean .*\))?$/, "es gibt in hosts.yaml keinen Host $1"],
  [
    /^port (\S+) of (\S+) is taken by "(\S+)" of (\S+): choose another one$/,
    "Port $1 von $2 ist vergeben („$3“ von $4): wähle einen anderen",
  ],
  [
    /^port (\S+) of (\S+) is taken by the host's SSH server: choose another one$/,
    "Port $1 von $2 ist vergeben (SSH des Hosts): wähle einen anderen",
  ],
  [
    /^(.*) and (.*) of (\S+) would both be called (\S+): rename one$/,
    "zwei Dinge von $3 hießen beide $4: wähle einen anderen Namen",
  ],
  [
    /^(.+) need (.+), but (.+) may be sold .*Lower allocations by (.+) in total, or move a service to another host$/,
    "mehr RAM, als der Host hat: gebraucht werden $2, vergeben werden dürfen $3; teile insgesamt $4 weniger zu, oder nimm einen anderen Host",
  ],
];

/** A sentence of the model in German; undefined: it is none that a member's file leads to. */
export function germanMessage(message: string): string | undefined {
  const found = translations.find(([pattern]) => pattern.test(message));
  return found === undefined ? undefined : withDecimalComma(message.replace(...found));
}

/** Amounts of sentences (`3.0 GiB`), not those in the notation of files (`1.5GiB`). */
function withDecimalComma(message: string): string {
  return message.replaceAll(/\b(\d+)\.(\d+ [KMGT]iB)\b/g, "$1,$2");
}

/** Findings in German, as far as they are about what members write. What is already German stays. */
export function germanFindings(findings: readonly Finding[]): Finding[] {
  return findings.map((finding) => ({ ...finding, message: germanMessage(finding.message) ?? finding.message }));
}
