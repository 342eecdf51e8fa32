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
  const shown = problems.length === 0 ? [] : ["", ...problems.map((problem) => `  ${problem}`)];
  const isElsewhere = problems.length === 0;
  if (language === "de") {
    return {
      subject: `Antrag zu ${service}: nicht gelungen`,
      lines: [
        `Der Antrag ${id} (${service}) wurde angenommen, aber die Anwendung ist nicht gelungen.`,
        "Was vorher lief, läuft weiter wie bisher. Die Hostmaster sehen dasselbe.",
        ...(isElsewhere ? ["Der Grund liegt nicht an diesem Antrag: sobald er behoben ist, wird er angewendet."] : []),
        ...shown,
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
      ...shown,
      "",
      `It can be taken back with: allmende revert ${id}`,
    ],
  };
}
