import type { Language } from "./language.js";
import type { LabelSelector } from "./patch-window.js";
import type { WorkKind } from "./work.js";

/** What the cooperative charges: the normalised shape of tariff.yaml. Prices are decimal text, so that none is ever rounded by being read. */
export interface TariffSpec {
  /** ISO 4217, such as `EUR`. */
  readonly currency: string;
  /** For 1 GiB of RAM in a month. */
  readonly ramPrice: string;
  /** Once, for a request that is to take effect sooner than its lead time. */
  readonly lastMinuteSurcharge: string;
  /** Lowest first; empty: all services have the same. */
  readonly levels: readonly ServiceLevel[];
  /** By the hour. A kind without a rate is not billed by effort. */
  readonly hourlyRates: Readonly<Partial<Record<WorkKind, string>>>;
}

export interface ServiceLevel {
  readonly name: string;
  readonly title: Readonly<Record<Language, string>>;
  /** For each application in a month. */
  readonly price: string;
  /** Hosts that are run on this level. */
  readonly hosts: LabelSelector;
}
