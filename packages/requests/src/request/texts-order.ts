import type { Language } from "@allmende/model";

/** What members read about requests of which one comes into effect before the other. */
export interface OrderTexts {
  endedBefore(service: string, date: string, by: string): string;
  notYetThere(service: string, date: string, by: string): string;
  /** Before a finding about a later day. */
  onDay(date: string, message: string): string;
  // Lines of the effect. Names and values come marked.
  sets(date: string, request: string, field: string, value: string): string;
  setsToDefault(date: string, request: string, field: string): string;
  ends(date: string, request: string, service: string): string;
  /** What a request sets besides fields of its template. */
  readonly fields: Readonly<Record<string, string>>;
}

export const orderTexts: Readonly<Record<Language, OrderTexts>> = {
  en: {
    endedBefore: (service, date, by) => `"${service}" ends on ${date}, with ${by}: nothing of it is there any more`,
    notYetThere: (service, date, by) =>
      `"${service}" is there from ${date} on only, with ${by}: choose that day or a later one`,
    onDay: (date, message) => `from ${date} on: ${message}`,
    sets: (date, request, field, value) =>
      `from ${date} on another accepted request, ${request}, sets ${field} to ${value}`,
    setsToDefault: (date, request, field) =>
      `from ${date} on another accepted request, ${request}, sets ${field} to its default`,
    ends: (date, request, service) => `${service} ends on ${date}, with ${request}, which was accepted`,
    fields: { host: "the host", level: "the service level" },
  },
  de: {
    endedBefore: (service, date, by) => `„${service}“ endet am ${date} mit ${by}: danach ist nichts mehr davon da`,
    notYetThere: (service, date, by) =>
      `„${service}“ gibt es erst ab ${date}, mit ${by}: wähle diesen Tag oder einen späteren`,
    onDay: (date, message) => `ab ${date}: ${message}`,
    sets: (date, request, field, value) =>
      `ab ${date} setzt ein anderer angenommener Antrag, ${request}, ${field} auf ${value}`,
    setsToDefault: (date, request, field) =>
      `ab ${date} setzt ein anderer angenommener Antrag, ${request}, ${field} auf die Vorgabe`,
    ends: (date, request, service) => `${service} endet am ${date} mit ${request}, der schon angenommen ist`,
    fields: { host: "den Host", level: "die Dienstgüte" },
  },
};
