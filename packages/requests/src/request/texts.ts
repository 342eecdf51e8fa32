import type { Language, RequestChange, WorkKind } from "@allmende/model";
import { requestTextsGerman } from "./texts-de.js";
import { requestTextsEnglish } from "./texts-en.js";

/** Everything that members read about requests. */
export interface RequestTexts {
  readonly language: Language;
  // Findings: what is wrong, and how to mend it.
  nameTaken(name: string, by: string): string;
  noSuchService(name: string, known: readonly string[]): string;
  /** `id`: the request that makes the service, and waits itself. */
  waitsItself(name: string, id: string): string;
  notFromRequest(name: string): string;
  notYours(name: string): string;
  noTemplate(name: string, known: readonly string[]): string;
  readonly noWorkFile: string;
  noMember(name: string, known: readonly string[]): string;
  notEntitled(who: string, member: string): string;
  noHost(name: string, known: readonly string[]): string;
  noLevel(known: readonly string[]): string;
  unknownLevel(name: string, known: readonly string[]): string;
  readonly noLevels: string;
  levelTooHigh(level: string, host: string, offered: string, others: readonly string[]): string;
  domainTaken(domain: string, by: string): string;
  portTaken(port: string, host: string, by: string): string;
  overQuota(member: string, wanted: string, quota: string, left: string): string;
  /** `parts`: of what is needed, what the services may use and what they take besides. */
  doesNotFit(host: string, needed: string, free: string, parts?: readonly [ram: string, overhead: string]): string;
  fits(host: string, ram: string): string;
  nothingFits(host: string): string;
  fitsElsewhere(hosts: readonly string[]): string;
  readonly fitsNowhere: string;
  dateInPast(date: string, asked: string): string;
  readonly needsTargetDate: string;
  readonly needsEstimate: string;
  readonly noRule: string;
  otherOwner(members: readonly string[]): string;
  foreignFile(file: string): string;
  changedLater(file: string): string;
  symbolicLink(file: string): string;
  notUtf8(file: string): string;
  readonly ignoredByGit: string;
  readonly hostsFromFolder: string;
  readonly conflict: string;
  secretMissing(name: string): string;
  // The effect.
  readonly title: string;
  readonly changes: Readonly<Record<RequestChange, string>>;
  readonly kinds: Readonly<Record<WorkKind, string>>;
  readonly columns: {
    readonly service: string;
    readonly host: string;
    readonly before: string;
    readonly after: string;
  };
  readonly none: string;
  readonly perMonth: string;
  readonly memberPays: string;
  readonly once: string;
  readonly surcharge: string;
  readonly capacity: string;
  capacityLine(host: string, sold: string, limit: string, left: string): string;
  readonly capacityUnknown: string;
  readonly level: string;
  readonly price: string;
  readonly start: string;
  readonly data: string;
  dataStay(volumes: readonly string[], host: string): string;
  readonly note: string;
  readonly values: string;
  /** Those of the template; the request holds them. */
  readonly defaults: string;
  /** Those that the request does not hold. */
  readonly openDefaults: string;
  readonly olderImage: (image: string, preset: string) => string;
  readonly kindOfWork: string;
  because(reason: string): string;
  overridden(by: string, reason: string): string;
  effective(date: string): string;
  readonly atOnce: string;
  earliest(date: string): string;
  readonly secretsTitle: string;
  generated(name: string): string;
  readonly toldByMail: string;
  readonly toldByHostmasters: string;
  toldWithoutKey(member: string): string;
  given(name: string): string;
  readonly ok: string;
  readonly notOk: string;
  approvalsNeeded(count: number): string;
  readonly nothing: string;
}

export const requestTexts: Readonly<Record<Language, RequestTexts>> = {
  de: requestTextsGerman,
  en: requestTextsEnglish,
};
