import type { Finding } from "@allmende/model";
import { compareEffect } from "./dates.js";
import type { CreateRequest, EndRequest, FieldValues, MemberRequest, ServiceRequest } from "./request.js";
import type { RequestTexts } from "./texts.js";
import { orderTexts } from "./texts-order.js";

/** What a member has from a template: the sum of the requests about it, in the order in which they came into effect. */
export interface Application {
  /** Name of its main service. */
  readonly service: string;
  readonly member: string;
  readonly host: string;
  readonly level: string | undefined;
  readonly template: string;
  readonly values: FieldValues;
  /** What made it what it is: the first creates it. */
  readonly requests: readonly [CreateRequest, ...ServiceRequest[]];
}

export interface Applications {
  /** By service. */
  readonly applications: ReadonlyMap<string, Application>;
  /** By service: what there was until it was ended. */
  readonly ended: ReadonlyMap<string, Application>;
  /** By id: requests about what had ended before their day, with the id of what ended it. They do nothing. */
  readonly voided: ReadonlyMap<string, string>;
  readonly findings: readonly Finding[];
}

/**
 * What all requests together come to, one after the other as they are given: see `inEffectOrder`. `taken`: names of services that no request made. `reviewed`:
 * ids of those that are looked at: of these it is said when they would do nothing.
 */
export function foldRequests(
  requests: readonly MemberRequest[],
  taken: ReadonlySet<string>,
  texts: RequestTexts,
  reviewed: readonly string[] = [],
): Applications {
  const applications = new Map<string, Application>();
  const ended = new Map<string, Application>();
  const ends = new Map<string, EndRequest>();
  const voided = new Map<string, string>();
  const findings: Finding[] = [];
  for (const request of requests) {
    if (request.change === "work") continue;
    const end = endBefore(request, ends, applications);
    if (end !== undefined && !reviewed.includes(request.id)) {
      voided.set(request.id, end.id);
      continue;
    }
    const problem =
      end === undefined
        ? (notYetThere(request, requests, applications, texts) ?? problemOf(request, applications, taken, texts))
        : orderTexts[texts.language].endedBefore(request.service, end.date, end.id);
    if (problem !== undefined) {
      findings.push(request.locate(["service"], problem));
      continue;
    }
    const former = applications.get(request.service);
    if (request.change === "create") applications.set(request.service, applicationOf(request));
    else if (former !== undefined && request.change === "end") {
      applications.delete(request.service);
      ended.set(request.service, former);
      ends.set(request.service, request);
    } else if (former !== undefined && request.change === "change") {
      applications.set(request.service, {
        ...former,
        host: request.host ?? former.host,
        level: request.level ?? former.level,
        values: mergeValues(former.values, request.values),
        requests: [...former.requests, request],
      });
    }
  }
  return { applications, ended, voided, findings };
}

/** What ended the service that a request is about before its day; undefined: it is about one that is there, or never was. */
function endBefore(
  request: ServiceRequest,
  ends: ReadonlyMap<string, EndRequest>,
  applications: ReadonlyMap<string, Application>,
): EndRequest | undefined {
  const end = ends.get(request.service);
  if (request.change === "create" || end === undefined || end.member !== request.member) return undefined;
  const [creation] = applications.get(request.service)?.requests ?? [];
  // It was about what there was before, unless its end was undone.
  const isOfFormer = creation === undefined || (creation.reverts !== end.id && request.askedAtMs < creation.askedAtMs);
  return isOfFormer ? end : undefined;
}

/** A service of the member that is to be there on a later day only. */
function notYetThere(
  request: ServiceRequest,
  requests: readonly MemberRequest[],
  applications: ReadonlyMap<string, Application>,
  texts: RequestTexts,
): string | undefined {
  const { service, member, change } = request;
  if (change === "create" || applications.has(service)) return undefined;
  const later = requests.find(
    (each) =>
      each.change === "create" &&
      each.service === service &&
      each.member === member &&
      compareEffect(request, each) < 0,
  );
  return later && orderTexts[texts.language].notYetThere(service, later.date, later.id);
}

function problemOf(
  request: ServiceRequest,
  applications: ReadonlyMap<string, Application>,
  taken: ReadonlySet<string>,
  texts: RequestTexts,
): string | undefined {
  const { service, member } = request;
  const there = applications.get(service);
  if (request.change === "create") {
    if (there !== undefined) return texts.nameTaken(service, there.requests[0].file);
    return taken.has(service) ? texts.nameTaken(service, `services/${service}.yaml`) : undefined;
  }
  if (there === undefined)
    return taken.has(service)
      ? texts.notFromRequest(service)
      : texts.noSuchService(
          service,
          [...applications.values()].filter((each) => each.member === member).map((each) => each.service),
        );
  return there.member === member ? undefined : texts.notYours(service);
}

function applicationOf(request: CreateRequest): Application {
  const { service, member, host, level, template, values } = request;
  return { service, member, host, level, template, values: mergeValues({}, values), requests: [request] };
}

/** Null takes a value away: then the field's default counts again. */
function mergeValues(former: FieldValues, later: FieldValues): FieldValues {
  return Object.fromEntries(Object.entries({ ...former, ...later }).filter(([, value]) => value !== null));
}
