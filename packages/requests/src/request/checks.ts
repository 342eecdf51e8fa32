import { describeRam, type Finding, type LoadedInventory, leastRamBytes } from "@allmende/model";
import type { Template } from "../template/template.js";
import { dayAt } from "./dates.js";
import { domainsOf } from "./domains.js";
import type { Effect, EffectDay, EffectDays } from "./effect.js";
import { isEntitled } from "./entitled.js";
import type { PlannedApplication } from "./inventory.js";
import type { MemberRequest } from "./request.js";
import { hostsThatFit, leftOf, mostRamBytes, type PlacedService, rankOfHost, rankOfLevel, roomOn } from "./room.js";
import type { RequestTexts } from "./texts.js";
import { orderTexts } from "./texts-order.js";

export interface RequestCheck {
  readonly request: MemberRequest;
  readonly days: EffectDays;
  readonly effect: Effect;
  readonly inventory: LoadedInventory;
  readonly authors: readonly string[];
  readonly templates: readonly Template[];
  readonly texts: RequestTexts;
}

/** What stands against one request, besides what is wrong with the inventory that it leads to. */
export function checkRequest(check: RequestCheck): Finding[] {
  const { request, days } = check;
  const common = [...checkMembership(check), ...checkDate(check), ...checkKind(check)];
  if (request.change === "work" || request.change === "end") return common;
  const planned = plannedDays(check, days);
  const onEachDay = (of: (check: RequestCheck, day: PlannedDay) => Finding[]) => [
    // What is wrong on several days is said once.
    ...new Map(planned.flatMap((day) => of(check, day)).map((each) => [each.message, each])).values(),
  ];
  return [
    ...common,
    ...onEachDay(checkHost),
    ...onEachDay(checkLevel),
    ...onEachDay(checkDomains),
    ...onEachDay(checkPorts),
    ...(planned.length === 0 ? [] : [...checkQuota(check), ...checkRoom(check, planned)]),
  ];
}

/** A day on which the service of a request is there. */
interface PlannedDay extends EffectDay {
  readonly application: PlannedApplication;
}

function plannedDays({ request }: RequestCheck, days: readonly EffectDay[]): PlannedDay[] {
  return days.flatMap((day) => {
    const application = day.after.planned.applications.get(request.service ?? "");
    return application === undefined ? [] : [{ ...day, application }];
  });
}

/** What is said of a later day says of which. */
function sayDay({ days: [first], texts }: RequestCheck, { date }: EffectDay, message: string): string {
  return date === first.date ? message : orderTexts[texts.language].onDay(date, message);
}

function checkMembership({ request, inventory, authors, texts }: RequestCheck): Finding[] {
  const member = inventory.members.find(({ name }) => name === request.member);
  if (member === undefined) {
    const names = inventory.members.map(({ name }) => name);
    return [request.locate(["member"], texts.noMember(request.member, names))];
  }
  // Whoever wrote it, and whoever gets the mail about it.
  return [...new Set([...authors, request.askedBy])]
    .filter((author) => !isEntitled(author, member, inventory))
    .map((author) => request.locate(["askedBy"], texts.notEntitled(author, member.name)));
}

function checkDate({ request, inventory, texts }: RequestCheck): Finding[] {
  const { work } = inventory;
  if (work === undefined) return [];
  const asked = dayAt(request.askedAtMs, work.zone);
  return request.date < asked ? [request.locate(["date"], texts.dateInPast(request.date, asked))] : [];
}

function checkKind({ request, effect, inventory, texts }: RequestCheck): Finding[] {
  if (inventory.work === undefined) return [];
  if (effect.kind === undefined) return [request.locate([], texts.noRule)];
  if (request.change !== "work") return [];
  const { kind } = effect;
  if (kind === "project" && request.targetDate === undefined && request.fixedPrice === undefined)
    return [request.locate(["targetDate"], texts.needsTargetDate)];
  if (kind === "webmaster-on-demand" && request.estimateSeconds === undefined)
    return [request.locate(["estimate"], texts.needsEstimate)];
  return [];
}

function checkHost({ request, inventory, texts }: RequestCheck, { application: { host } }: PlannedDay): Finding[] {
  const names = inventory.hosts.map(({ name }) => name);
  return names.includes(host) ? [] : [request.locate(["host"], texts.noHost(host, names))];
}

function checkLevel({ request, inventory, texts }: RequestCheck, { application }: PlannedDay): Finding[] {
  const { tariff, hosts } = inventory;
  const { level } = application;
  const names = (tariff?.levels ?? []).map(({ name }) => name);
  if (tariff === undefined || names.length === 0)
    return level === undefined ? [] : [request.locate(["level"], texts.noLevels)];
  if (level === undefined) return [request.locate([], texts.noLevel(names))];
  const rank = rankOfLevel(tariff, level);
  if (rank < 0) return [request.locate(["level"], texts.unknownLevel(level, names))];
  const host = hosts.find(({ name }) => name === application.host);
  if (host === undefined || rankOfHost(tariff, host) >= rank) return [];
  const others = hosts.filter((each) => rankOfHost(tariff, each) >= rank).map(({ name }) => name);
  const offered = names[rankOfHost(tariff, host)] ?? texts.none;
  return [request.locate(["level"], texts.levelTooHigh(level, host.name, offered, others))];
}

/** A domain leads to one application. */
function checkDomains(check: RequestCheck, { application, after }: PlannedDay): Finding[] {
  const { request, templates, texts } = check;
  const others = [...after.planned.applications.values()].filter(({ service }) => service !== application.service);
  return domainsOf(application, templates).flatMap(({ field, domain }) => {
    const holder = others.find((other) => domainsOf(other, templates).some((each) => each.domain === domain));
    return holder === undefined ? [] : [request.locate(["values", field], texts.domainTaken(domain, holder.service))];
  });
}

/** A port of a host leads to one service. */
function checkPorts(check: RequestCheck, { application, after }: PlannedDay): Finding[] {
  const { request, inventory, templates, texts } = check;
  const host = inventory.hosts.find(({ name }) => name === application.host);
  if (host === undefined) return [];
  const own = Object.keys(application.plan.services);
  const others = after.services.filter((each) => each.host === host.name && !own.includes(each.name));
  const key = (port: number, protocol: string) => `${port}/${protocol}`;
  const holders = new Map(
    others.flatMap(({ name, ports }) =>
      Object.values(ports).map((port) => [key(port.host, port.protocol), name] as const),
    ),
  );
  holders.set(key(host.connection.port, "tcp"), "SSH");
  const template = templates.find(({ name }) => name === application.template);
  const ports = Object.values(template?.services ?? {}).flatMap((service) => Object.values(service.ports ?? {}));
  return ports.flatMap(({ host: place, protocol = "tcp" }) => {
    if (typeof place === "number") return [];
    const field = template?.fields.find(({ name }) => name === place.field);
    const port = Number(application.values[place.field] ?? field?.default);
    const holder = holders.get(key(port, protocol));
    return holder === undefined
      ? []
      : [request.locate(["values", place.field], texts.portTaken(key(port, protocol), host.name, holder))];
  });
}

function checkQuota(check: RequestCheck): Finding[] {
  const { request, days, inventory, texts } = check;
  const { quota } = inventory.work ?? {};
  if (quota === undefined) return [];
  const ramOf = (services: readonly PlacedService[]) =>
    services.filter(({ member }) => member === request.member).reduce((sum, { ramBytes }) => sum + ramBytes, 0);
  const most = quota.members[request.member] ?? quota.defaultBytes;
  const over = days.find(({ before, after }) => ramOf(after.services) > Math.max(most, ramOf(before.services)));
  if (over === undefined) return [];
  const wanted = ramOf(over.after.services);
  const had = ramOf(over.before.services);
  const ramIn = (bytes: number) => describeRam(bytes, texts.language);
  const left = ramIn(Math.max(0, most - had));
  const message = texts.overQuota(request.member, ramIn(wanted), ramIn(most), left);
  return [request.locate(["values"], sayDay(check, over, message))];
}

/** Said of the day that is the tightest; what would fit does so on all of them. */
function checkRoom(check: RequestCheck, days: readonly PlannedDay[]): Finding[] {
  const { request, inventory, texts } = check;
  const tight = days
    .flatMap((day) => {
      const host = inventory.hosts.find(({ name }) => name === day.application.host);
      if (host === undefined) return [];
      const [room, formerly] = [roomOn(host, day.after.services), roomOn(host, day.before.services)];
      const left = leftOf(room);
      const isShort = left !== undefined && left < 0 && room.soldBytes > formerly.soldBytes;
      return isShort ? [{ day, host, room, formerly, left }] : [];
    })
    .sort((one, other) => one.left - other.left)[0];
  if (tight === undefined) return [];
  const { day, host, room, formerly } = tight;
  const { before, after } = day;
  const names = new Set(days.flatMap(({ application }) => Object.keys(application.plan.services)));
  const sides = days.map(({ after: { services } }) => ({
    own: services.filter(({ name }) => names.has(name)),
    others: services.filter(({ name }) => !names.has(name)),
  }));
  const mosts = sides.map(({ own, others }) => mostRamBytes(host, others, request.member, own.length) ?? 0);
  const most = Math.min(...mosts);
  const elsewhere = sides.reduce(
    (hosts, { own, others }) => hosts.filter(({ name }) => hostsThatFit(hosts, others, own).includes(name)),
    inventory.hosts.filter(({ name }) => name !== host.name),
  );
  const ramIn = (bytes: number) => describeRam(bytes, texts.language);
  const neededBytes = room.soldBytes - formerly.soldBytes;
  const ramOf = (services: readonly PlacedService[]) =>
    services
      .filter((service) => names.has(service.name) && service.host === host.name)
      .reduce((sum, { ramBytes }) => sum + ramBytes, 0);
  const ramBytes = ramOf(after.services) - ramOf(before.services);
  const overheadBytes = neededBytes - ramBytes;
  const needed = ramIn(neededBytes);
  const parts = overheadBytes > 0 ? ([ramIn(ramBytes), ramIn(overheadBytes)] as const) : undefined;
  const message = [
    texts.doesNotFit(host.name, needed, ramIn(Math.max(0, leftOf(formerly) ?? 0)), parts),
    most < leastRamBytes ? texts.nothingFits(host.name) : texts.fits(host.name, ramIn(most)),
    elsewhere.length > 0 ? texts.fitsElsewhere(elsewhere.map(({ name }) => name)) : texts.fitsNowhere,
  ].join(" ");
  return [request.locate(["values"], sayDay(check, day, message))];
}
