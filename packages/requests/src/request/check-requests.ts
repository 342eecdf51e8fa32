import { type Finding, type LoadedInventory, loadInventory, parseServiceFile } from "@allmende/model";
import type { Template } from "../template/template.js";
import { checkRequest } from "./checks.js";
import { beginOfDay, dayAt, inEffectOrder } from "./dates.js";
import { type Effect, type EffectDays, effectOf, type Side } from "./effect.js";
import { germanFindings } from "./findings-german.js";
import { loadRequestedInventory, type PlannedRequests, planRequests } from "./inventory.js";
import { loadRequests } from "./load-requests.js";
import type { MemberRequest } from "./request.js";
import type { PlacedService } from "./room.js";
import type { RequestTexts } from "./texts.js";

export interface CheckInput {
  /** The inventory as it would be with the requests, by path. */
  readonly files: ReadonlyMap<string, string>;
  /** The requests that are looked at; all others count as accepted. */
  readonly ids: readonly string[];
  /** By id: e-mail addresses or logins of those who wrote it. Without: `askedBy`. */
  readonly authors: ReadonlyMap<string, readonly string[]>;
  readonly templates: readonly Template[];
  readonly texts: RequestTexts;
  readonly nowMs: number;
}

export interface CheckResult {
  /** Empty: all of it may be accepted. */
  readonly findings: readonly Finding[];
  /** What each request does, in the order in which they come into effect; those that cannot be read, and those of which no service comes, are missing. */
  readonly effects: readonly Effect[];
  /** How many others approve it. */
  readonly approvals: number;
}

/** Everything that stands against requests, and what they do. */
export function checkRequests(input: CheckInput): CheckResult {
  const { files, ids, templates, texts } = input;
  const everything = { templates, texts, nowMs: Number.POSITIVE_INFINITY, reviewed: ids };
  const without = (left: readonly string[]) => {
    const paths = new Set(left.map((id) => `requests/${id}.yaml`));
    return new Map([...files].filter(([path]) => !paths.has(path)));
  };
  const base = planRequests(without(ids), everything);
  const loaded = loadInventory(base.files);
  const found = findingsOverTime(input);
  const whole = texts.language === "de" ? germanFindings(found) : found;
  // With an inventory that was wrong before, nothing can be said about its capacity.
  if (!loaded.ok) return { findings: distinct(whole), effects: [], approvals: 1 };
  const inventory = loaded.value;
  const { requests } = loadRequests(files);
  const reviewed = inEffectOrder(requests.filter(({ id }) => ids.includes(id)));
  const accepted = inEffectOrder(requests.filter(({ id }) => !ids.includes(id)));
  const effects: Effect[] = [];
  const findings: Finding[] = [];
  const ports = new Set(
    templates.flatMap(({ fields }) => fields.filter(({ type }) => type === "port").map(({ name }) => name)),
  );
  const unplanned = new Set<string>();
  for (const [index, request] of reviewed.entries()) {
    const later = reviewed.slice(index + 1).map(({ id }) => id);
    const unread = ids.filter((id) => !reviewed.some((each) => each.id === id));
    const days = daysOf(request, [...later, ...unread]);
    const [{ after }] = days;
    const effect = effectOf(request, days, { inventory, templates, accepted });
    const authors = input.authors.get(request.id) ?? [request.askedBy];
    findings.push(...checkRequest({ request, days, effect, inventory, authors, templates, texts }));
    effects.push(effect);
    if (!isPlanned(request, after)) unplanned.add(request.id);
  }
  // What does not fit, and whose port is taken, was said at the request, with what would do.
  const saidPorts = findings.some(({ path: [, field] }) => ports.has(String(field)));
  const saidPlaces = new Set(findings.map(({ file, path: [key] }) => `${file} ${key}`));
  const isSaid = ({ file, path }: Finding) =>
    (["host", "member"].includes(String(path[0])) && saidPlaces.has(`${file} ${path[0]}`)) ||
    (file === "hosts.yaml" && path.length === 1 && short(effects, path[0])) ||
    (saidPorts && path[0] === "ports");
  const all = distinct([...findings, ...whole.filter((finding) => !isSaid(finding))]);
  const isRefused = (id: string) => unplanned.has(id) && all.some(({ file }) => file === `requests/${id}.yaml`);
  return {
    findings: all,
    // Of what no service comes, a price would be no true one.
    effects: effects.filter(({ id }) => !isRefused(id)),
    approvals: inventory.work?.approvals ?? 1,
  };

  /** The day on which it comes into effect, and those after it on which something else does. `left`: ids of those that do not count. */
  function daysOf(request: MemberRequest, left: readonly string[]): EffectDays {
    const zone = inventory.work?.zone ?? "UTC";
    const beginMs = Math.max(beginOfDay(request.date, zone), input.nowMs);
    const isLasting = request.change === "create" || request.change === "change";
    const begins = new Set(isLasting ? accepted.map(({ date }) => beginOfDay(date, zone)) : []);
    const others = [...begins].filter((ms) => ms > beginMs).sort((one, other) => one - other);
    const sideAt = (some: ReadonlyMap<string, string>, ms: number) =>
      sideOf(planRequests(some, { ...everything, nowMs: ms }), inventory);
    const dayOf = (ms: number) => ({
      date: dayAt(ms, zone),
      before: sideAt(without([...left, request.id]), ms),
      after: sideAt(without(left), ms),
    });
    return [dayOf(beginMs), ...others.map(dayOf)];
  }
}

/** Does a request come to anything: is it among those that made its service what it is, or ended it? */
function isPlanned(request: MemberRequest, { planned: { applications, ended } }: Side): boolean {
  if (request.change === "work") return true;
  if (request.change === "end") return ended.has(request.service) && !applications.has(request.service);
  const { service, id } = request;
  return [applications, ended].some((some) => some.get(service)?.requests.some((each) => each.id === id));
}

function short(effects: readonly Effect[], host: string | number | undefined): boolean {
  return effects.some(({ rooms }) =>
    rooms.some((room) => room.host === host && room.limitBytes !== undefined && room.soldBytes > room.limitBytes),
  );
}

/** As it is now, and at the begin of each day on which a request comes into effect: something may end later than another begins. */
function findingsOverTime({ files, ids: reviewed, templates, texts, nowMs }: CheckInput): Finding[] {
  const loaded = loadRequestedInventory(files, { templates, texts, nowMs: Number.POSITIVE_INFINITY, reviewed });
  const zone = loaded.ok ? loaded.value.work?.zone : undefined;
  if (!loaded.ok || zone === undefined) return loaded.ok ? [] : [...loaded.findings];
  const instants = new Set(loaded.value.requests.map(({ date }) => beginOfDay(date, zone)).filter((ms) => ms > nowMs));
  return [nowMs, ...instants].flatMap((instant) => {
    const then = loadRequestedInventory(files, { templates, texts, nowMs: instant, reviewed });
    return then.ok ? [] : [...then.findings];
  });
}

function sideOf(planned: PlannedRequests, inventory: LoadedInventory): Side {
  const written = [...planned.files.keys()].flatMap((path) => /^services\/(.+)\.yaml$/.exec(path)?.[1] ?? []);
  const made = new Map([...planned.applications.values()].flatMap(({ plan }) => Object.entries(plan.services)));
  const services = written.flatMap((name): PlacedService[] => {
    const service = made.get(name);
    if (service === undefined) return inventory.services.filter((each) => each.name === name);
    const parsed = parseServiceFile(service, name);
    return parsed.ok ? [parsed.value] : [];
  });
  return { planned, services };
}

function distinct(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((each) => [JSON.stringify([each.file, each.path, each.message]), each])).values()];
}
