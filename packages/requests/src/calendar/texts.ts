import type { Language, RequestChange } from "@allmende/model";

/** What calendars say of requests and of planned blocks of work. */
export interface PlannedTexts {
  readonly changes: Readonly<Record<Exclude<RequestChange, "work">, (service: string) => string>>;
  target(title: string): string;
  forMember(member: string): string;
  request(id: string): string;
  from(date: string): string;
  readonly notApproved: string;
  /** Of a request that is held. */
  waits(summary: string): string;
  readonly waitsBecause: string;
  readonly block: string;
  times(start: string, end: string, zone: string): string;
}

export const plannedTexts: Readonly<Record<Language, PlannedTexts>> = {
  en: {
    changes: {
      create: (service) => `New: ${service}`,
      change: (service) => `Change of ${service}`,
      end: (service) => `End of ${service}`,
    },
    target: (title) => `Target date: ${title}`,
    forMember: (member) => `For ${member}`,
    request: (id) => `Request ${id}`,
    from: (date) => `In effect from ${date} on`,
    notApproved: "Not approved yet",
    waits: (summary) => `${summary} (waits)`,
    waitsBecause: "Waits, since it does not fit beside what was accepted before:",
    block: "Planned block of routine work",
    times: (start, end, zone) => `From ${start} to ${end} (${zone})`,
  },
  de: {
    changes: {
      create: (service) => `Neu: ${service}`,
      change: (service) => `Änderung an ${service}`,
      end: (service) => `Ende von ${service}`,
    },
    target: (title) => `Zieltermin: ${title}`,
    forMember: (member) => `Für ${member}`,
    request: (id) => `Antrag ${id}`,
    from: (date) => `Gilt ab ${date}`,
    notApproved: "Noch nicht angenommen",
    waits: (summary) => `${summary} (wartet)`,
    waitsBecause: "Wartet, denn er passt nicht neben das, was vor ihm angenommen wurde:",
    block: "Geplanter Block für Regelarbeiten",
    times: (start, end, zone) => `Von ${start} bis ${end} (${zone})`,
  },
};
