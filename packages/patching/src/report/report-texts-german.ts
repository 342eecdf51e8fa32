import { counted } from "./counted.js";
import type { ReportTexts } from "./report-texts.js";

const noReason = "kein Grund vermerkt";

export const german: ReportTexts = {
  language: "de",
  headline: (stack, summary) => {
    const { judged, openCves, openHosts, judgedHosts, longestDays, atLeast, hosts, silent, failedRuns } = summary;
    const longest =
      longestDays === undefined
        ? ""
        : `, am längsten seit ${atLeast ? "mindestens " : ""}${counted(longestDays, "Tag", "Tagen")}`;
    const state = !judged
      ? "CVEs sind nicht bekannt, es fehlen Daten über Schwachstellen"
      : openCves > 0
        ? `${counted(openCves, "CVE", "CVEs")} trotz Korrektur offen auf ${openHosts} von ${counted(hosts, "Host", "Hosts")}${longest}`
        : `keine offene CVE mit Korrektur bekannt auf ${judgedHosts} von ${counted(hosts, "Host", "Hosts")}`;
    const failed = failedRuns > 0 ? `; ${counted(failedRuns, "Lauf ist gescheitert", "Läufe sind gescheitert")}` : "";
    const quiet = silent > 0 ? `; ${counted(silent, "Host meldet sich nicht", "Hosts melden sich nicht")}` : "";
    return `${stack}: ${state}${failed}${quiet}`;
  },
  period: (since, until) => `Patches vom ${since} bis ${until}`,
  days: (days, from) =>
    days === undefined
      ? "unbekannt, seit wann"
      : `${from === "seen" ? "mindestens " : ""}${counted(days, "Tag", "Tage")}`,
  available: (available) =>
    available === undefined
      ? "unbekannt"
      : available.from === "advisory"
        ? `${available.at.slice(0, 10)} (${available.advisory})`
        : `spätestens ${available.at.slice(0, 10)} (zuerst gesehen)`,
  dated: (kind, origin, date, dateIs, ageDays) => {
    const what = kind === "data" ? "Schwachstellen" : "Sicherheitsmeldungen";
    const by = {
      server: "laut dem Server",
      download: "beim Herunterladen",
      file: "laut der Zeit der Datei",
    };
    const age = counted(ageDays, "Tag", "Tage");
    return `${what}: ${origin}, Stand ${date} (${by[dateIs as keyof typeof by]}), ${age} alt zur Zeit dieses Berichts.`;
  },
  stale: (why) => `Das ist eine ältere Kopie, denn die Adresse war nicht erreichbar: ${why}.`,
  reason: ({ reason, detail }) =>
    ({
      hold: "von der Verwaltung festgehalten (apt-mark hold)",
      kernel: `hat nicht bestanden (${detail ?? ""}): ein neuerer wird versucht, dieser nach \`allmende patch release\``,
      dependencies: "von apt zurückgehalten: dafür müsste etwas anderes entfernt oder geändert werden",
      "apt-fails": "apt arbeitet auf diesem Host nicht: was wartet, ist unbekannt",
      refused: `der letzte Lauf wurde abgelehnt, bevor er etwas änderte: ${detail ?? noReason}`,
      "rolled-back": `der letzte Lauf hat es zurückgenommen: ${detail ?? noReason}`,
      broken: `der letzte Lauf ist gescheitert, und der Rückweg auch: ${detail ?? noReason}`,
      unfinished: "der letzte Lauf wurde abgebrochen",
    })[reason],
  silent: ({ why, detail, lastRunAt }) =>
    ({
      unreachable: `nicht zu erreichen: ${detail ?? ""}`,
      "no-run": lastRunAt === undefined ? "hatte noch nie einen Lauf" : `kein Lauf seit ${lastRunAt.slice(0, 10)}`,
      unfinished: `der letzte Lauf, vom ${lastRunAt?.slice(0, 10)}, wurde abgebrochen`,
    })[why],
  allHosts: (count) => `alle ${count} Hosts`,
  otherRelease: (hosts) => `Mit einer anderen Debian-Ausgabe als die Daten, daher ohne Urteil: ${hosts.join(", ")}.`,
  unjudged: (count) =>
    `${counted(count, "Upgrade war", "Upgrades waren")} nicht zu beurteilen: die Version der Quelle ist unbekannt.`,
  noData: "Es gab keine Daten über Schwachstellen, daher sind CVEs nicht bekannt: --vulnerabilities DATEI|URL.",
  noAdvisories:
    "Es gab keine datierte Liste von Sicherheitsmeldungen (--advisories DATEI|URL): die Tage zählen, seit ein Host die Korrektur zuerst sah; es können mehr sein.",
  howCounted:
    "Die Tage zählen, seit eine Korrektur zu haben war, bis der Host sie hatte, oder bis zu diesem Bericht: ab Debians Sicherheitsmeldung, wo es eine gibt, sonst ab dem ersten Mal, dass ein Host des Stacks sie vor sich hatte. Upgrades außerhalb der Patchläufe sind nicht bekannt; was sie behoben haben, gilt aber nicht als offen.",
  outcomes: {
    done: "erledigt",
    refused: "abgelehnt",
    "rolled-back": "zurückgenommen",
    broken: "kaputt",
    unfinished: "abgebrochen",
  },
  titles: {
    open: "Offen, obwohl es eine Korrektur gibt",
    fixed: "In dieser Zeit behoben",
    noFix: "Noch ohne Korrektur",
    held: "Zurückgehaltene Pakete",
    silent: "Hosts, die sich nicht melden",
    predictions: "Vorhergesagt und geschehen",
    origins: "Woher das kommt",
  },
  none: {
    open: "Keine bekannt.",
    fixed: "Keine bekannt.",
    noFix: "Keine bekannt.",
    held: "Keine.",
    silent: "Alle melden sich.",
    predictions: "In dieser Zeit begann kein Lauf.",
  },
  columns: {
    ...{ cve: "CVE", package: "Quellpaket", binary: "Paket", urgency: "Dringlichkeit", fixedIn: "Behoben in" },
    ...{ available: "Korrektur zu haben", exposed: "Ausgesetzt", hosts: "Hosts", host: "Host", why: "Warum" },
    ...{ cves: "CVEs", run: "Lauf", outcome: "Ergebnis", predicted: "Vorhergesagt", came: "Gekommen" },
    different: "Abweichung",
  },
  urgencies: { low: "niedrig", medium: "mittel", high: "hoch", none: "noch nicht bewertet" },
  missing: "kam nicht",
  unexpected: "kam ohne Vorhersage",
  restart: (unit) => `Neustart von ${unit}`,
  reboot: "Neustart des Hosts",
};
