import type { Language } from "@allmende/model";

/** What went wrong, for the member who asked: subject and lines of a mail. */
export interface FailureNotice {
  readonly subject: string;
  readonly lines: readonly string[];
}

/** `problems`: sentences of the engine and of hosts, which stay in their language; none: the reason is not this request's. */
export function failureNotice(
  language: Language,
  { id, service, problems }: { readonly id: string; readonly service: string; readonly problems: readonly string[] },
): FailureNotice {
  const shown = (intro: string) =>
    problems.length === 0 ? [] : ["", intro, ...problems.map((problem) => `  ${problem}`)];
  const isElsewhere = problems.length === 0;
  if (language === "de") {
    return {
      subject: `Antrag zu ${service}: nicht gelungen`,
      lines: [
        `Der Antrag ${id} (${service}) wurde angenommen, ließ sich aber nicht umsetzen.`,
        "Was vorher lief, läuft weiter wie bisher. Die Hostmaster sehen dasselbe.",
        ...(isElsewhere
          ? ["Der Grund liegt nicht an diesem Antrag: sobald der Grund behoben ist, wird der Antrag umgesetzt."]
          : []),
        ...shown("Technische Einzelheiten, so wie Programm und Host sie melden (auf Englisch):"),
        "",
        `Zurücknehmen lässt er sich mit: allmende revert ${id}`,
      ],
    };
  }
  return {
    subject: `Request about ${service}: did not succeed`,
    lines: [
      `Request ${id} (${service}) was accepted, but applying it did not succeed.`,
      "What ran before goes on as it was. Hostmasters see the same.",
      ...(isElsewhere ? ["The reason is not this request: it is applied once that is mended."] : []),
      ...shown("Technical details, as the program and the host report them:"),
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
