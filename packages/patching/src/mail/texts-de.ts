import { germanProblem, germanStep } from "../feeds/feed-failure-german.js";
import { nameHeldKernel } from "../held-kernel.js";
import type { MailTexts } from "./texts.js";

const hosts = (count: number) => (count === 1 ? "1 Host" : `${count} Hosts`);

/** Deutsch. */
export const german: MailTexts = {
  date: ({ weekday, day, month, year }) => `${weekday}, ${day}. ${month} ${year}`,
  greeting: (name) => `Guten Tag ${name},`,
  noticeSubject: ({ begin, shortEnd, zone }) => `Patchfenster: ${begin} bis ${shortEnd} (${zone})`,
  noticeIntroduction: "in diesem Patchfenster werden Hosts aktualisiert, auf denen deine Dienste laufen:",
  subjectOfMany: ({ begin, zone }, count) => `Patchfenster: ${count}-mal ab ${begin} (${zone})`,
  noticeOfMany: (zone) =>
    `in diesen Patchfenstern werden Hosts aktualisiert, auf denen deine Dienste laufen (Zeiten in ${zone}):`,
  opening: ({ begin, shortEnd, beginOffset }) => `${begin} bis ${shortEnd} (${beginOffset})`,
  nextNotice: "Die nächste Nachricht kommt, bevor ein Fenster öffnet, das hier nicht steht.",
  begin: ({ begin, zone, beginOffset }) => `Beginn: ${begin} (${zone}, ${beginOffset})`,
  end: ({ end, zone, endOffset }) => `Ende:   ${end} (${zone}, ${endOffset})`,
  whatMayHappen: "Was dabei geschehen kann:",
  updates: {
    security: "Sicherheitsaktualisierungen des Betriebssystems werden eingespielt.",
    all: "Alle verfügbaren Aktualisierungen des Betriebssystems werden eingespielt.",
  },
  serviceRestarts:
    "Dienste werden neu gestartet, wenn eine Aktualisierung das erfordert; sie sind dann kurz nicht erreichbar.",
  reboot: {
    never: "Die Hosts selbst werden nicht neu gestartet.",
    "if-needed":
      "Ein Host wird neu gestartet, wenn es nötig ist; alle Dienste auf ihm sind dann für einige Minuten nicht erreichbar.",
  },
  nothingToDo: "Du musst nichts tun.",
  questions: (address) => `Fragen? Antworte auf diese Nachricht, oder schreib an ${address}.`,
  resultHeadline: ({ window, hostCount, doneCount, failedCount, notBegunCount }) =>
    [
      `${window}: ${doneCount} von ${hosts(hostCount)} fertig`,
      ...(failedCount > 0 ? [`${failedCount} fehlgeschlagen`] : []),
      ...(notBegunCount > 0 ? [`${notBegunCount} nicht begonnen`] : []),
    ].join(", "),
  alertHeadline: (reasons) => `ALARM: ${reasons.map((reason) => alertWords[reason.kind](reason.host)).join("; ")}`,
  alertReason: ({ kind, host, message }) => `${alertWords[kind](host)}${message === "" ? "" : `: ${message}`}`,
  alertNext: "Was die Hosts gerade hält und was zuletzt geschah: allmende patch status",
  closedHeadline: "ALARM: Fenster nicht geöffnet, Sperrzeiten-Kalender nicht lesbar",
  closedCause: (text) => `Grund: ${germanProblem(text)}`,
  closedStep: (text) => `Nächster Schritt: ${germanStep(text)}`,
  closedNext: "Solange das Fenster dauert, holt allmende patch run den Lauf nach, sobald der Kalender lesbar ist.",
  run: (occurrence, stack) => `Patchlauf ${occurrence} des Stacks ${stack}.`,
  snapshot: (id) => `Stand aller Hosts: der Snapshot ${id} von apt.`,
  emergency: (by, reason) => `Notfall-Lauf, entschieden von ${by}: ${reason}`,
  stopped: (reason) => {
    switch (reason.kind) {
      case "canary":
        return `Angehalten: ${reason.hosts.join(", ")} ging voran und schlug fehl.`;
      case "threshold":
        return `Angehalten: ${hosts(reason.failedCount)} fehlgeschlagen, ${reason.toleratedCount} hingenommen.`;
      case "closed":
        return "Beendet: Die Zeit, in der Hosts beginnen dürfen, ist in diesem Fenster vorbei.";
      case "interrupted":
        return "Beendet: Der Lauf wurde unterbrochen.";
    }
  },
  outcome: {
    done: "fertig",
    refused: "nicht begonnen, weil eine Prüfung fehlschlug; nichts wurde geändert",
    "rolled-back": "fehlgeschlagen; die vorigen Versionen sind zurück und geprüft",
    broken: "fehlgeschlagen, und der Weg zurück auch",
    unfinished: "abgebrochen; derselbe Lauf noch einmal setzt fort",
  },
  notBegun: "nicht begonnen",
  noReport: "fehlgeschlagen, ohne Bericht des Hosts",
  packages: (count) => (count === 1 ? "1 Paket" : `${count} Pakete`),
  restarts: (count) => (count === 1 ? "1 Dienst neu gestartet" : `${count} Dienste neu gestartet`),
  rebooted: "Host neu gestartet",
  rebootDeferred: (reason) => `Neustart des Hosts aufgeschoben: ${reason}`,
  cause: (text) => `Grund (englisch): ${text}`,
  nextStep: (text) => `Nächster Schritt (englisch): ${text}`,
  keptFile: (path, offered) => `Behalten: ${path} (die Fassung des Pakets: ${offered})`,
  note: (text) => `Hinweis, technische Einzelheit (englisch): ${text}`,
  heldKernel: (held) => {
    const where = held.failedOn === undefined ? "" : ` auf ${held.failedOn}`;
    const why = `weil er im Lauf ${held.occurrence}${where} nicht bestand (englisch): ${held.reason}`;
    return `Zurückgehalten: ${nameHeldKernel(held).replace(/^k/, "K")}, seit ${held.since.slice(0, 10)}, ${why} (ein neuerer wird versucht, dieser nach \`allmende patch release\`)`;
  },
  irreversible: (text) => `Nicht umkehrbar: ${text}`,
};

const alertWords = {
  halted: () => "Lauf angehalten",
  lock: (host: string) => `${host}: Sperre zurückgelassen`,
  "not-back": (host: string) => `${host} ist nicht zurückgekommen`,
  broken: (host: string) => `${host} ist fehlgeschlagen, und der Weg zurück auch`,
};
