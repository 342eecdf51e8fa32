import { describeRam, type Finding, type LoadedInventory, leastRamBytes } from "@allmende/model";
import type { Template } from "../template/template.js";
import { dayAt } from "./dates.js";
import { domainsOf } from "./domains.js";
import type { Effect, Side } from "./effect.js";
import { isEntitled } from "./entitled.js";
import type { PlannedApplication } from "./inventory.js";
import type { MemberRequest } from "./request.js";
import { hostsThatFit, leftOf, mostRamBytes, type PlacedService, rankOfHost, rankOfLevel, roomOn } from "./room.js";
import type { RequestTexts } from "./texts.js";

export interface RequestCheck {
  readonly request: MemberRequest;
  readonly before: Side;
  readonly after: Side;
  readonly effect: Effect;
  readonly inventory: LoadedInventory;
  readonly authors: readonly string[];
  readonly templates: readonly Template[];
  readonly texts: RequestTexts;
}

/** What stands against one request, besides what is wrong with the inventory that it leads to. */
export function checkRequest(check: RequestCheck): Finding[] {
  const { request, after } = check;
  const common = [...checkMembership(check), ...checkDate(check), ...checkKind(check)];
  if (request.change === "work" || request.change === "end") return common;
  const application = after.planned.applications.get(request.service);
  if (application === undefined) return common;
  return [
    ...common,
    ...checkHost(check, application),
    ...checkLevel(check, application),
    ...checkDomains(check, application),
    ...checkPorts(check, application),
    ...checkQuota(check),
    ...checkRoom(check, application),
  ];
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

function checkHost({ request, inventory, texts }: RequestCheck, { host }: PlannedApplication): Finding[] {
  const names = inventory.hosts.map(({ name }) => name);
  return names.includes(host) ? [] : [request.locate(["host"], texts.noHost(host, names))];
}

function checkLevel({ request, inventory, texts }: RequestCheck, application: PlannedApplication): Finding[] {
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
function checkDomains(check: RequestCheck, application: PlannedApplication): Finding[] {
  const { request, after, templates, texts } = check;
  const others = [...after.planned.applications.values()].filter(({ service }) => service !== application.service);
  return domainsOf(application, templates).flatMap(({ field, domain }) => {
    const holder = others.find((other) => domainsOf(other, templates).some((each) => each.domain === domain));
    return holder === undefined ? [] : [request.locate(["values", field], texts.domainTaken(domain, holder.service))];
  });
}

/** A port of a host leads to one service. */
function checkPorts(check: RequestCheck, application: PlannedApplication): Finding[] {
  const { request, after, inventory, templates, texts } = check;
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

function checkQuota({ request, before, after, inventory, texts }: RequestCheck): Finding[] {
  const { quota } = inventory.work ?? {};
  if (quota === undefined) return [];
  const ramOf = (services: readonly PlacedService[]) =>
    services.filter(({ member }) => member === request.member).reduce((sum, { ramBytes }) => sum + ramBytes, 0);
  const most = quota.members[request.member] ?? quota.defaultBytes;
  const wanted = ramOf(after.services);
  const had = ramOf(before.services);
  if (wanted <= most || wanted <= had) return [];
  const ramIn = (bytes: number) => describeRam(bytes, texts.language);
  const left = ramIn(Math.max(0, most - had));
  return [request.locate(["values"], texts.overQuota(request.member, ramIn(wanted), ramIn(most), left))];
}

function checkRoom(check: RequestCheck, application: PlannedApplication): Finding[] {
  const { request, before, after, inventory, texts } = check;
  const host = inventory.hosts.find(({ name }) => name === application.host);
  if (host === undefined) return [];
  const room = roomOn(host, after.services);
  const left = leftOf(room);
  if (left === undefined || left >= 0) return [];
  const formerly = roomOn(host, before.services);
  if (room.soldBytes <= formerly.soldBytes) return [];
  const names = new Set(Object.keys(application.plan.services));
  const own = after.services.filter(({ name }) => names.has(name));
  const others = after.services.filter(({ name }) => !names.has(name));
  const most = mostRamBytes(host, others, request.member, own.length) ?? 0;
  const elsewhere = hostsThatFit(
    inventory.hosts.filter(({ name }) => name !== host.name),
    others,
    own,
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
    elsewhere.length > 0 ? texts.fitsElsewhere(elsewhere) : texts.fitsNowhere,
  ].join(" ");
  return [request.locate(["values"], message)];
}
