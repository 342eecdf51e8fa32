import { type Language, renderDuration, type UnitFailuresSpec } from "@allmende/model";

/** What the mail about failed units says, by key; `%s` and `%d` are filled in on the host. Subjects are ASCII. */
export function unitFailureTexts(
  language: Language,
  limits: Pick<UnitFailuresSpec, "atMostEverySeconds" | "sameUnitEverySeconds">,
): Readonly<Record<string, string>> {
  const [mails, unit] = [limits.atMostEverySeconds, limits.sameUnitEverySeconds].map(renderDuration);
  return language === "de" ? german(mails ?? "", unit ?? "") : english(mails ?? "", unit ?? "");
}

const english = (mails: string, unit: string) => ({
  "subject-one": "%s: 1 unit failed: %s",
  "subject-many": "%s: %d units failed: %s",
  more: "%s and %d more",
  intro: "This has failed on the host %s. Times are UTC; systemd may have started it again since.",
  again: "Failed again since a mail told of it:",
  system: "%s, a unit of the system",
  service: "Service %s of the member %s",
  member: "%s, a unit of the member %s",
  user: "%s, a unit of the user %s",
  others: "Further units",
  once: "failed at %s, result: %s",
  often: "failed %d times from %s to %s, last result: %s",
  log: "The end of its log:",
  look: "Its log may hold secrets and stays on the host: allmende logs %s",
  late: "Since %s this mail could not be sent.",
  rule: `This host sends at most one such mail every ${mails}, and none because of the same unit for ${unit}; what fails meanwhile is counted, and named in the next.`,
});

const german = (mails: string, unit: string): ReturnType<typeof english> => ({
  "subject-one": "%s: 1 Unit ist ausgefallen: %s",
  "subject-many": "%s: %d Units sind ausgefallen: %s",
  more: "%s und %d weitere",
  intro:
    "Auf dem Host %s ist ausgefallen, was hier folgt. Zeiten sind UTC; vielleicht hat systemd es seither neu gestartet.",
  again: "Wieder ausgefallen, seit eine Mail davon berichtet hat:",
  system: "%s, eine Unit des Systems",
  service: "Dienst %s des Mitglieds %s",
  member: "%s, eine Unit des Mitglieds %s",
  user: "%s, eine Unit des Benutzers %s",
  others: "Weitere Units",
  once: "ausgefallen um %s, Ergebnis: %s",
  often: "%d-mal ausgefallen von %s bis %s, letztes Ergebnis: %s",
  log: "Das Ende des Protokolls:",
  look: "Das Protokoll kann Geheimnisse enthalten und bleibt auf dem Host: allmende logs %s",
  late: "Seit %s konnte diese Mail nicht verschickt werden.",
  rule: `Dieser Host schickt höchstens alle ${mails} eine solche Mail und wegen derselben Unit ${unit} lang keine weitere; was inzwischen ausfällt, wird gezählt und in der nächsten genannt.`,
});
