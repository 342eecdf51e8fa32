import type { Language } from "@allmende/model";

/** What members read about work that they ask for. */
export interface WorkTexts {
  readonly language: Language;
  readonly kind: string;
  readonly about: string;
  readonly description: string;
  readonly estimate: string;
  readonly price: string;
  fixedPrice(amount: string): string;
  /** `estimated`: for all that is estimated. */
  byEffort(hour: string, estimated: string | undefined): string;
  readonly notBilled: string;
  readonly targetDate: string;
  readonly effort: string;
  readonly state: string;
  readonly done: string;
  planned(date: string): string;
}

export const workTexts: Readonly<Record<Language, WorkTexts>> = {
  en: {
    language: "en",
    kind: "Kind of work",
    about: "Service",
    description: "Description",
    estimate: "Estimate",
    price: "Price",
    fixedPrice: (amount) => `${amount} once, a fixed price`,
    byEffort: (hour, estimated) =>
      estimated === undefined
        ? `${hour} an hour, by effort; nothing is estimated`
        : `${estimated} as estimated: ${hour} an hour, by effort`,
    notBilled: "nothing: the tariff has no hourly rate for this kind of work",
    targetDate: "Target date",
    effort: "Effort so far",
    state: "State",
    done: "done",
    planned: (date) => `planned for ${date}`,
  },
  de: {
    language: "de",
    kind: "Art der Arbeit",
    about: "Dienst",
    description: "Beschreibung",
    estimate: "Schätzung",
    price: "Preis",
    fixedPrice: (amount) => `${amount} einmalig, als Festpreis`,
    byEffort: (hour, estimated) =>
      estimated === undefined
        ? `${hour} je Stunde, nach Aufwand; geschätzt ist nichts`
        : `${estimated} wie geschätzt: ${hour} je Stunde, nach Aufwand`,
    notBilled: "nichts: der Tarif hat für diese Art von Arbeit keinen Stundensatz",
    targetDate: "Termin",
    effort: "Aufwand bisher",
    state: "Stand",
    done: "erledigt",
    planned: (date) => `geplant für ${date}`,
  },
};
