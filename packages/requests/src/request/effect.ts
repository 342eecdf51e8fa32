import type { Language, LoadedInventory, WorkKind } from "@allmende/model";
import { exactMoney, monthlyPrice, sumOf } from "../tariff/price.js";
import type { Template } from "../template/template.js";
import { type Classification, classify } from "../work/classify.js";
import { type WorkEffect, workEffectOf } from "../work/work-effect.js";
import { earliestDate, leadTimeOf } from "./dates.js";
import type { PlannedApplication, PlannedRequests } from "./inventory.js";
import { type KeptVolume, keptVolumes } from "./kept-volumes.js";
import { type LaterRequest, laterRequests } from "./later-requests.js";
import type { OlderImage } from "./older-images.js";
import type { MemberRequest } from "./request.js";
import { type PlacedService, type Room, tightestRoom } from "./room.js";
import { type ToldSecret, toldSecrets } from "./told-secrets.js";
import { olderImagesOf, type ValueEffect, valueEffects } from "./value-effects.js";

/** What changes about one service. RAM in bytes; undefined: it is not there. */
export interface ServiceEffect {
  readonly service: string;
  readonly host: string;
  readonly ramBeforeBytes: number | undefined;
  readonly ramAfterBytes: number | undefined;
}

/** Exact amounts in the tariff's currency. */
export interface PriceEffect {
  readonly currency: string;
  readonly before: string;
  readonly after: string;
  /** Of everything that the member has. */
  readonly memberBefore: string;
  readonly memberAfter: string;
  /** Once; undefined: none. */
  readonly surcharge: string | undefined;
}

/** What a request does, beside what was accepted: as of the day on which it comes into effect, or today if that day is over. */
export interface Effect {
  readonly id: string;
  readonly change: MemberRequest["change"];
  readonly member: string;
  readonly service: string | undefined;
  readonly title: string | undefined;
  readonly services: readonly ServiceEffect[];
  readonly values: readonly ValueEffect[];
  /** What its service would have another version of, were it asked for today. */
  readonly olderImages: readonly Omit<OlderImage, "field">[];
  /** What stays on a host without its service. */
  readonly keptVolumes: readonly KeptVolume[];
  /** Accepted requests that take the place of something in it from a later day on. */
  readonly later: readonly LaterRequest[];
  /** After it, for each host that it touches, on the day from then on that has the least left. */
  readonly rooms: readonly Room[];
  /** Undefined: there is no tariff. */
  readonly price: PriceEffect | undefined;
  /** Undefined: it asks for no work. */
  readonly work: WorkEffect | undefined;
  readonly level: string | undefined;
  readonly kind: WorkKind | undefined;
  readonly reason: Readonly<Record<Language, string>> | undefined;
  readonly override: Classification["override"];
  readonly date: string;
  /** The first day without surcharge. */
  readonly earliest: string;
  readonly generatedSecrets: readonly string[];
  readonly givenSecrets: readonly string[];
  /** Which of the generated ones the member is told, and what each is for. Never a value. */
  readonly toldSecrets: readonly ToldSecret[];
  /** How they come to the member. `no-key`: they would by mail, if the member had a key to which they are encrypted. */
  readonly toldBy: "mail" | "no-key" | "hostmasters";
}

/** One side of a change: what is there before it, or after it. */
export interface Side {
  readonly planned: PlannedRequests;
  readonly services: readonly PlacedService[];
}

/** A day, and both sides of a change on it. */
export interface EffectDay {
  /** `2026-12-10`. */
  readonly date: string;
  readonly before: Side;
  readonly after: Side;
}

/** The day on which a request comes into effect, and later ones on which something accepted does. */
export type EffectDays = readonly [EffectDay, ...EffectDay[]];

export interface EffectContext {
  readonly inventory: LoadedInventory;
  readonly templates: readonly Template[];
  /** Requests that were accepted. */
  readonly accepted: readonly MemberRequest[];
}

export function effectOf(
  request: MemberRequest,
  days: EffectDays,
  { inventory, templates, accepted }: EffectContext,
): Effect {
  const [{ before, after }] = days;
  const { service, change, member } = request;
  const former = change === "work" ? undefined : before.planned.applications.get(request.service);
  const latter = change === "work" ? undefined : after.planned.applications.get(request.service);
  const services = change === "work" ? [] : serviceEffects(former, latter, before, after);
  const touched = new Set(services.map(({ host }) => host));
  const name = (latter ?? former)?.template;
  const template = templates.find((each) => each.name === name);
  const { work, tariff } = inventory;
  const classified = classify(request, work?.rules ?? [], name);
  const earliest =
    work === undefined
      ? request.date
      : earliestDate(request.askedAtMs, leadTimeOf(work, name ?? "", template?.leadTimeSeconds), work.zone);
  const isSooner = change !== "work" && change !== "end" && request.date < earliest;
  const newSecrets = (of: PlannedApplication | undefined, list: "generatedSecrets" | "givenSecrets") =>
    (of?.plan[list] ?? []).map((secret) => secret.name);
  const added = (list: "generatedSecrets" | "givenSecrets") => {
    const known = new Set(newSecrets(former, list));
    return [...new Set(newSecrets(latter, list))].filter((each) => !known.has(each));
  };
  const generatedSecrets = added("generatedSecrets");
  const hasAgeRecipient = inventory.members.find((each) => each.name === member)?.ageRecipient !== undefined;
  return {
    id: request.id,
    change,
    member,
    service,
    title: change === "work" ? request.title : undefined,
    services,
    values: valueEffects(request, former, latter, template),
    olderImages: olderImagesOf(latter, template).map(({ image, preset }) => ({ image, preset })),
    keptVolumes: keptVolumes(former, latter),
    later: laterRequests(request, accepted, template),
    rooms: inventory.hosts
      .filter((host) => touched.has(host.name))
      .map((host) =>
        tightestRoom(
          host,
          days.map((day) => day.after.services),
        ),
      ),
    price:
      tariff === undefined || change === "work"
        ? undefined
        : {
            currency: tariff.currency,
            before: exactMoney(priceOf(former), tariff.currency),
            after: exactMoney(priceOf(latter), tariff.currency),
            memberBefore: exactMoney(priceOfMember(before), tariff.currency),
            memberAfter: exactMoney(priceOfMember(after), tariff.currency),
            surcharge: isSooner ? tariff.lastMinuteSurcharge : undefined,
          },
    work: request.change === "work" ? workEffectOf(request, classified.kind, tariff) : undefined,
    level: latter?.level,
    kind: classified.kind,
    reason: classified.reason,
    override: classified.override,
    date: request.date,
    earliest,
    generatedSecrets,
    givenSecrets: added("givenSecrets"),
    toldSecrets: (latter === undefined ? [] : toldSecrets(latter)).filter(({ name }) =>
      generatedSecrets.includes(name),
    ),
    toldBy: inventory.mail === undefined ? "hostmasters" : hasAgeRecipient ? "mail" : "no-key",
  };

  function priceOf(application: PlannedApplication | undefined) {
    if (tariff === undefined || application === undefined) return sumOf([]);
    return monthlyPrice(tariff, application.plan.ramBytes, application.level);
  }

  function priceOfMember(side: Side) {
    if (tariff === undefined) return sumOf([]);
    const applications = [...side.planned.applications.values()].filter((each) => each.member === member);
    const made = new Set(applications.flatMap(({ plan }) => Object.keys(plan.services)));
    const others = side.services.filter((each) => each.member === member && !made.has(each.name));
    return sumOf([
      ...applications.map(priceOf),
      ...others.map(({ ramBytes }) => monthlyPrice(tariff, ramBytes, undefined)),
    ]);
  }
}

function serviceEffects(
  former: PlannedApplication | undefined,
  latter: PlannedApplication | undefined,
  before: Side,
  after: Side,
): ServiceEffect[] {
  const names = [...new Set([former, latter].flatMap((each) => Object.keys(each?.plan.services ?? {})))];
  return names.flatMap((name) => {
    const old = before.services.find((service) => service.name === name);
    const now = after.services.find((service) => service.name === name);
    const moved = old !== undefined && now !== undefined && old.host !== now.host;
    const effect = (host: string, from?: PlacedService, to?: PlacedService): ServiceEffect => ({
      service: name,
      host,
      ramBeforeBytes: from?.ramBytes,
      ramAfterBytes: to?.ramBytes,
    });
    if (moved) return [effect(old.host, old), effect(now.host, undefined, now)];
    const host = (now ?? old)?.host;
    return host === undefined ? [] : [effect(host, old, now)];
  });
}
