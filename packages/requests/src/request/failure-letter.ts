import type { Language } from "@allmende/model";

/** What went wrong, for the member who asked: subject and lines of a mail. */
export interface FailureNotice {
  readonly subject: string;
  readonly lines: readonly string[];
}

const isOfLog = (line: string) => /^\s*\|/.test(line);

/**
 * `problems`: sentences of the engine and of hosts, which stay in their language, and the last lines of a log, each after a `|`; none: the reason is
 * not this request's.
 */
export function failureNotice(
  language: Language,
  { id, service, problems }: { readonly id: string; readonly service: string; readonly problems: readonly string[] },
): FailureNotice {
  const block = (intro: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ["", intro, ...lines.map((line) => `  ${line.trim()}`)];
  const log = problems.filter(isOfLog).map((line) => line.replace(/^\s*\|\s?/, ""));
  const technical = problems.filter((line) => !isOfLog(line));
  const why = problems.length === 0 ? "elsewhere" : log.length > 0 ? "service" : "technical";
  if (language === "de") {
    const what = {
      elsewhere: "Der Grund liegt nicht an diesem Antrag: sobald der Grund behoben ist, wird der Antrag umgesetzt.",
      service: "Der Dienst kam damit nicht in Gang: er brach ab oder antwortete nicht.",
      technical: "Der Host oder das Programm hat abgelehnt.",
    };
    return {
      subject: `Antrag zu ${service}: nicht gelungen`,
      lines: [
        `Der Antrag ${id} (${service}) wurde angenommen, ließ sich aber nicht umsetzen. ${what[why]}`,
        "Was vorher lief, läuft weiter wie bisher. Die Hostmaster sehen dasselbe, mit dem ganzen Protokoll.",
        ...block("Technische Einzelheiten (auf Englisch):", technical),
        ...block("Die letzten Zeilen aus dem Protokoll des Dienstes:", log),
        "",
        `Zurücknehmen lässt er sich mit: allmende revert ${id}`,
      ],
    };
  }
  const what = {
    elsewhere: "The reason is not this request: it is applied once that is mended.",
    service: "The service did not get going with it: it ended, or did not answer.",
    technical: "The host or the program refused.",
  };
  return {
    subject: `Request about ${service}: did not succeed`,
    lines: [
      `Request ${id} (${service}) was accepted, but applying it did not succeed. ${what[why]}`,
      "What ran before goes on as it was. Hostmasters see the same, with the whole log.",
      ...block("Technical details:", technical),
      ...block("The last lines of the service's log:", log),
      "",
      `It can be taken back with: allmende revert ${id}`,
    ],
  };
}

/** For the member whose request waits: `problems` say why, and what would fit. */
export function heldNotice(
  language: Language,
  { id, service, problems }: { readonly id: string; readonly service: string; readonly problems: readonly string[] },
): FailureNotice {
  const shown = problems.map((problem) => `  ${problem}`);
  if (language === "de") {
    return {
      subject: `Antrag zu ${service}: wartet`,
      lines: [
        `Der Antrag ${id} (${service}) wurde angenommen, passt aber nicht neben das, was vor ihm angenommen wurde. Er wartet.`,
        ...["", ...shown, ""],
        "Er gilt von selbst, sobald er passt. Sonst beantrage etwas, das passt, und nimm ihn zurück:",
        `  allmende revert ${id}`,
      ],
    };
  }
  return {
    subject: `Request about ${service}: waits`,
    lines: [
      `Request ${id} (${service}) was accepted, but does not fit beside what was accepted before it. It waits.`,
      ...["", ...shown, ""],
      "It takes effect by itself once it fits. Otherwise ask for something that fits, and take it back:",
      `  allmende revert ${id}`,
    ],
  };
}
