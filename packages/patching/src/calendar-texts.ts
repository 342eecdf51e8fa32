import type { BlackoutSpec, Language, PatchWindowSpec } from "@allmende/model";
import { germanReason } from "./feeds/feed-failure-german.js";

export type { Language };

/** What calendars say. */
export interface CalendarTexts {
  calendarName(member: string | undefined): string;
  window(name: string): string;
  blackout(reason: string | undefined): string;
  cancelled(reason: string | undefined): string;
  /** Of an occurrence of which nobody knows whether it takes place: for those who announce it. */
  closed(why: string | undefined): string;
  /** The same, for those to whom it is announced. */
  readonly tentative: string;
  blackoutWindows(names: readonly string[]): string;
  readonly updates: Readonly<Record<PatchWindowSpec["updates"], string>>;
  readonly reboot: Readonly<Record<PatchWindowSpec["reboot"], string>>;
  hosts(names: readonly string[]): string;
  services(names: readonly string[]): string;
  times(start: string, end: string, zone: string): string;
}

const because = (text: string, reason: string | undefined) => (reason === undefined ? text : `${text}: ${reason}`);

export const calendarTexts: Readonly<Record<Language, CalendarTexts>> = {
  en: {
    calendarName: (member) => (member === undefined ? "Patch windows" : `Patch windows for ${member}`),
    window: (name) => `Patch window ${name}`,
    blackout: (reason) => because("No patching", reason),
    cancelled: (reason) => because("Does not take place", reason),
    closed: (why) => because("closed: its calendar of blackouts cannot be read", why),
    tentative: "Whether it takes place is not known yet: its calendar of days without patching cannot be read.",
    blackoutWindows: (names) => `Does not open: ${names.join(", ")}`,
    updates: { security: "Security updates only.", all: "All updates." },
    reboot: {
      never: "Services are restarted where an update needs it. Hosts are not rebooted.",
      "if-needed": "Services are restarted where an update needs it, hosts are rebooted only if needed.",
    },
    hosts: (names) => `Hosts: ${names.join(", ") || "none"}`,
    services: (names) => `Services: ${names.join(", ") || "none"}`,
    times: (start, end, zone) => `From ${start} to ${end} (${zone})`,
  },
  de: {
    calendarName: (member) => (member === undefined ? "Patchfenster" : `Patchfenster für ${member}`),
    window: (name) => `Patchfenster ${name}`,
    blackout: (reason) => because("Keine Patches", reason),
    cancelled: (reason) => because("Fällt aus", reason),
    closed: (why) => because("geschlossen: Sperrzeiten-Kalender nicht lesbar", why && germanReason(why)),
    tentative: "Ob es stattfindet, steht noch nicht fest: Sein Sperrzeiten-Kalender ist nicht lesbar.",
    blackoutWindows: (names) => `Öffnet nicht: ${names.join(", ")}`,
    updates: { security: "Nur Sicherheitsaktualisierungen.", all: "Alle Aktualisierungen." },
    reboot: {
      never: "Dienste starten neu, wo eine Aktualisierung es verlangt. Hosts starten nicht neu.",
      "if-needed": "Dienste starten neu, wo eine Aktualisierung es verlangt, Hosts nur bei Bedarf.",
    },
    hosts: (names) => `Hosts: ${names.join(", ") || "keine"}`,
    services: (names) => `Dienste: ${names.join(", ") || "keine"}`,
    times: (start, end, zone) => `Von ${start} bis ${end} (${zone})`,
  },
};

/** Why an occurrence does not open, in words. */
export function blackoutText({ isUnknown, reason }: BlackoutSpec, language: Language): string {
  const { closed, cancelled } = calendarTexts[language];
  return isUnknown === true ? closed(reason) : cancelled(reason);
}
