import type { Finding } from "@allmende/model";
import type { CreateRequest, FieldValues, MemberRequest, ServiceRequest } from "./request.js";
import type { RequestTexts } from "./texts.js";

/** What a member has from a template: the sum of the requests about it. */
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
  readonly findings: readonly Finding[];
}

/** What all requests together come to, in their order. `taken`: names of services that no request made. */
export function foldRequests(
  requests: readonly MemberRequest[],
  taken: ReadonlySet<string>,
  texts: RequestTexts,
): Applications {
  const applications = new Map<string, Application>();
  const ended = new Map<string, Application>();
  const findings: Finding[] = [];
  for (const request of requests) {
    if (request.change === "work") continue;
    const problem = problemOf(request, applications, taken, texts);
    if (problem !== undefined) {
      findings.push(request.locate(["service"], problem));
      continue;
    }
    const former = applications.get(request.service);
    if (request.change === "create") applications.set(request.service, applicationOf(request));
    else if (former !== undefined && request.change === "end") {
      applications.delete(request.service);
      ended.set(request.service, former);
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
  return { applications, ended, findings };
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
