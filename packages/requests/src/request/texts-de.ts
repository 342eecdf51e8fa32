import type { RequestTexts } from "./texts.js";

const list = (names: readonly string[]) => (names.length === 0 ? "keine" : names.join(", "));

export const requestTextsGerman: RequestTexts = {
  language: "de",
  nameTaken: (name, by) => `der Name „${name}“ ist vergeben (${by}): wähle einen anderen`,
  noSuchService: (name, known) => `es gibt keinen beantragten Dienst „${name}“; es gibt: ${list(known)}`,
  waitsItself: (name, id) => `baut auf „${name}“ auf, das es noch nicht gibt: Der Antrag ${id} dafür wartet selbst`,
  notFromRequest: (name) =>
    `„${name}“ wurde nicht beantragt, sondern steht in services/${name}.yaml: ändere diese Datei`,
  notYours: (name) => `„${name}“ gehört einem anderen Mitglied: nur dieses ändert oder beendet ihn`,
  noTemplate: (name, known) =>
    `es gibt keine Vorlage „${name}“ ohne Fehler; es gibt: ${list(known)} (\`allmende template check\` sagt, was an einer falsch ist)`,
  noWorkFile: "Anträge brauchen work.yaml, worin steht, wie sie angenommen werden: bitte einen Hostmaster darum",
  noMember: (name, known) => `in members/ gibt es kein Mitglied „${name}“; es gibt: ${list(known)}`,
  notEntitled: (who, member) =>
    `${who} darf für ${member} nichts beantragen: nimm die E-Mail-Adresse aus members/${member}.yaml, oder lass diese von einem Hostmaster unter „people“ in work.yaml eintragen`,
  noHost: (name, known) => `es gibt keinen Host „${name}“; es gibt: ${list(known)}`,
  noLevel: (known) => `braucht eine Dienstgüte, „level“: ${list(known)}`,
  unknownLevel: (name, known) => `es gibt keine Dienstgüte „${name}“; es gibt: ${list(known)}`,
  noLevels: "der Tarif kennt keine Dienstgüten: nimm diese Zeile heraus",
  levelTooHigh: (level, host, offered, others) =>
    `„${level}“ ist mehr, als ${host} bietet (${offered})${others.length === 0 ? ", und kein Host bietet es: wähle eine niedrigere" : `: wähle einen Host, der es bietet (${others.join(", ")}), oder eine niedrigere`}`,
  domainTaken: (domain, by) =>
    `${domain} ist vergeben (${by}): wähle einen anderen Namen, oder beende zuerst diesen Dienst`,
  portTaken: (port, host, by) => `Port ${port} von ${host} ist vergeben (${by}): wähle einen anderen`,
  overQuota: (member, wanted, quota, left) =>
    `${member} hätte ${wanted} RAM und darf ${quota} haben: höchstens ${left} mehr; beantrage weniger, oder ein größeres Kontingent`,
  doesNotFit: (host, needed, free, parts) =>
    `passt nicht auf ${host}: es braucht ${needed} mehr${parts === undefined ? "" : ` (${parts[0]} und ${parts[1]} Overhead)`}; frei sind ${free}.`,
  fits: (host, ram) => `Was auf ${host} passt: bis zu ${ram}.`,
  nothingFits: (host) => `Auf ${host} passt nichts mehr.`,
  fitsElsewhere: (hosts) => `So, wie es ist, passt es auf: ${hosts.join(", ")}.`,
  fitsNowhere: "Es passt auf keinen anderen Host.",
  dateInPast: (date, asked) => `${date} liegt vor dem Tag des Antrags (${asked}): wähle einen späteren`,
  needsTargetDate: "ein Projekt braucht einen Termin oder einen Festpreis: targetDate: 2026-12-24",
  needsEstimate: "Webmaster auf Abruf braucht zuerst eine Schätzung: estimate: 2h",
  noRule:
    "keine Regel in work.yaml trifft zu: sag, was es ist, kind: { is, reason, by }, oder lass einen Hostmaster eine Regel ergänzen",
  otherOwner: (members) =>
    `eine Änderung hat Anträge eines Mitglieds, und diese sind von mehreren: ${list(members)}; mach für jedes eine eigene`,
  foreignFile: (file) =>
    `die Änderung eines Mitglieds hat nur Anträge: nimm ${file} heraus, oder bitte einen Hostmaster um diese Änderung`,
  changedLater: (file) =>
    `${file} wurde schon angenommen und bleibt, wie es ist: beantrage eine Änderung mit einem neuen Antrag`,
  symbolicLink: (file) =>
    `${file} ist ein Verweis auf etwas anderes (symbolischer Link oder Submodul): schreib eine Datei`,
  notUtf8: (file) => `${file} ist kein Text in UTF-8: speichere sie als UTF-8`,
  ignoredByGit:
    "steht in keinem Commit, weil Git die Datei ignoriert, und liegt auch nicht in diesem Ordner: nimm sie aus .gitignore und committe sie (Host-Schlüssel sind öffentlich), oder leg sie in den Ordner, in dem dies läuft",
  hostsFromFolder: "hosts.yaml steht in keinem Commit, weil Git die Datei ignoriert: es galt die aus diesem Ordner",
  conflict: "lässt sich so nicht zusammenführen: bring den Zweig zuerst auf den neuesten Stand",
  secretMissing: (name) => `der Wert muss in die Konfiguration: pulumi config set --secret ${name}`,
  title: "Was dieser Antrag bewirkt",
  changes: { create: "neu", change: "Änderung", end: "Ende", work: "Arbeit" },
  kinds: {
    "service-request": "Dienstantrag",
    incident: "Störung",
    maintenance: "Wartung (außerhalb des betreuten Dienstes)",
    "routine-operations": "Regelbetrieb",
    project: "Projekt",
    "webmaster-on-demand": "Webmaster auf Abruf",
  },
  columns: { service: "Dienst", host: "Host", before: "RAM bisher", after: "RAM danach" },
  none: "–",
  perMonth: "im Monat",
  memberPays: "Alle Dienste des Mitglieds",
  once: "einmalig",
  surcharge: "Kurzfrist-Zuschlag",
  capacity: "Kapazität",
  capacityLine: (host, sold, limit, left) => `${host}: danach ${sold} von ${limit} vergeben, ${left} frei`,
  capacityUnknown: "sein RAM ist nicht angegeben: ob es passt, zeigt die Vorschau",
  level: "Dienstgüte",
  price: "Preis",
  start: "Beginn",
  data: "Daten",
  dataStay: (volumes, host) =>
    `${volumes.join(", ")} ${volumes.length === 1 ? "bleibt" : "bleiben"} auf ${host}, bis ein Hostmaster ${volumes.length === 1 ? "es" : "sie"} löscht; bitte darum, wenn niemand ${volumes.length === 1 ? "es" : "sie"} mehr braucht`,
  note: "Hinweis",
  values: "Ausgefüllt",
  defaults: "Vorgaben, die so bleiben",
  openDefaults: "Vorgaben, nicht im Antrag",
  olderImage: (image, preset) => `${image} ist älter als das, was die Vorlage inzwischen hat: ${preset}`,
  kindOfWork: "Art der Arbeit",
  because: (reason) => `weil: ${reason}`,
  overridden: (by, reason) => `anders entschieden von ${by}: ${reason}`,
  effective: (date) => `gilt ab ${date}`,
  atOnce: "gilt, sobald er angenommen ist",
  earliest: (date) => `ohne Zuschlag ab ${date}`,
  secretsTitle: "Geheimnisse",
  generated: (name) => `${name}: wird einmal zufällig erzeugt`,
  toldByMail: "kommt mit der Mail, die die Umsetzung meldet, verschlüsselt für den age-Schlüssel des Mitglieds",
  toldByHostmasters: "die Hostmaster geben es weiter",
  toldWithoutKey: (member) =>
    `die Hostmaster geben es weiter; steht in members/${member}.yaml ein ageRecipient, bevor der Antrag umgesetzt wird, kommt es verschlüsselt per Mail`,
  given: (name) => `${name}: den Wert gibt das Mitglied einem Hostmaster, niemals in dieser Datei`,
  ok: "Es spricht nichts dagegen.",
  notOk: "So kann das noch nicht angenommen werden:",
  approvalsNeeded: (count) =>
    count === 1
      ? "Umgesetzt wird der Antrag, sobald jemand anderes zugestimmt hat."
      : `Umgesetzt wird der Antrag, sobald ${count} andere zugestimmt haben.`,
  nothing: "Es gibt keinen Antrag, den man ansehen könnte.",
};
