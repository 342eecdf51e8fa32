import {
  type Finding,
  type LoadedInventory,
  type LoadOptions,
  loadInventory,
  type Parsed,
  parseWorkFile,
  type WorkSpec,
} from "@allmende/model";
import { stringify } from "yaml";
import { planTemplate } from "../template/plan-template.js";
import type { Template, TemplatePlan } from "../template/template.js";
import { type Application, foldRequests } from "./applications.js";
import { inEffectOrder, isDue } from "./dates.js";
import { isRequestFile, loadRequests } from "./load-requests.js";
import type { MemberRequest } from "./request.js";
import { type RequestTexts, requestTexts } from "./texts.js";

/** An application and the services that its template makes of it. */
export interface PlannedApplication extends Application {
  readonly plan: TemplatePlan;
}

/** An inventory together with what was requested. An accepted request is itself the declaration: nothing is written anywhere else. */
export interface RequestedInventory extends LoadedInventory {
  /** All, in the order in which they were asked: also those that are not in effect yet. */
  readonly requests: readonly MemberRequest[];
  /** In effect, by name of the main service. */
  readonly applications: ReadonlyMap<string, PlannedApplication>;
  readonly ended: ReadonlyMap<string, Application>;
  /** By id: accepted requests that do nothing, whenever their day is, since what they are about ends before; with the id of what ends it. */
  readonly voided: ReadonlyMap<string, string>;
}

export interface RequestedOptions extends LoadOptions {
  readonly templates: readonly Template[];
  /** Requests of which the day has come by then count. Infinity: all. */
  readonly nowMs: number;
  readonly texts?: RequestTexts | undefined;
  /** Ids of those that are looked at: what others have, they do not get, whatever time they say they were asked. */
  readonly reviewed?: readonly string[] | undefined;
}

/** `loadInventory`, with the services that `requests/*.yaml` ask for among the others. Findings about these name the request's file. */
export function loadRequestedInventory(
  files: ReadonlyMap<string, string>,
  options: RequestedOptions,
): Parsed<RequestedInventory> {
  const requested = planRequests(files, options);
  const loaded = loadInventory(requested.files, options);
  const own = requested.findings;
  if (!loaded.ok) return { ok: false, findings: [...own, ...loaded.findings.map((each) => requested.relocate(each))] };
  if (own.length > 0) return { ok: false, findings: own };
  const { requests, applications, ended, voided } = requested;
  return { ok: true, value: { ...loaded.value, requests, applications, ended, voided } };
}

export interface PlannedRequests {
  readonly requests: readonly MemberRequest[];
  readonly applications: ReadonlyMap<string, PlannedApplication>;
  readonly ended: ReadonlyMap<string, Application>;
  readonly voided: ReadonlyMap<string, string>;
  /** The inventory's files with a `services/NAME.yaml` for each service in the place of the requests. */
  readonly files: ReadonlyMap<string, string>;
  readonly findings: readonly Finding[];
  /** A finding about a service that a request made, at the request. */
  relocate(finding: Finding): Finding;
}

/** What the requests among an inventory's files come to. */
export function planRequests(files: ReadonlyMap<string, string>, options: RequestedOptions): PlannedRequests {
  const { templates, nowMs, texts = requestTexts.en, reviewed = [] } = options;
  const { requests, findings } = loadRequests(files);
  const plain = new Map([...files].filter(([path]) => !path.startsWith("requests/")));
  const found: Finding[] = [...findings];
  const work = workOf(files);
  if (work === undefined && [...files.keys()].some(isRequestFile)) {
    for (const request of requests.slice(0, 1)) found.push(request.locate([], texts.noWorkFile));
  }
  const due = work === undefined ? [] : requests.filter((request) => isDue(request, work.zone, nowMs));
  const taken = new Set([...plain.keys()].flatMap((path) => /^services\/(.+)\.yaml$/.exec(path)?.[1] ?? []));
  const fold = (some: readonly MemberRequest[]) =>
    foldRequests(newcomersLast(inEffectOrder(some), reviewed), taken, texts, reviewed);
  const folded = fold(due);
  const { voided } = due.length === requests.length ? folded : fold(requests);
  found.push(...folded.findings);
  const applications = new Map<string, PlannedApplication>();
  const origins = new Map<string, PlannedApplication>();
  for (const application of folded.applications.values()) {
    const plan = planApplication(application, templates, texts);
    if (!plan.ok) {
      found.push(...plan.findings);
      continue;
    }
    const planned = { ...application, plan: plan.value };
    applications.set(application.service, planned);
    for (const [name, service] of Object.entries(plan.value.services)) {
      const path = `services/${name}.yaml`;
      const other = origins.get(path);
      if (other !== undefined || plain.has(path)) {
        const holder = other?.requests[0].file ?? path;
        found.push(lastOf(application, reviewed).locate(["service"], texts.nameTaken(name, holder)));
        continue;
      }
      origins.set(path, planned);
      plain.set(path, stringify(service));
    }
  }
  const relocate = (finding: Finding): Finding => {
    const application = origins.get(finding.file ?? "");
    if (application === undefined) return finding;
    const { path, message } = finding;
    return { ...lastOf(application, reviewed).locate(["service"], message), path };
  };
  return { requests, applications, ended: folded.ended, voided, files: plain, findings: found, relocate };
}

/** Of requests for one name, those that are looked at come after those that were accepted. */
function newcomersLast(requests: readonly MemberRequest[], reviewed: readonly string[]): MemberRequest[] {
  const isNew = ({ id }: MemberRequest) => reviewed.includes(id);
  const held = new Set(requests.filter((each) => each.change === "create" && !isNew(each)).map((each) => each.service));
  const rank = (each: MemberRequest) => Number(each.change === "create" && isNew(each) && held.has(each.service));
  return requests.toSorted((one, other) => rank(one) - rank(other));
}

/** The latest request about an application, of those that are looked at if there is one: what is wrong with it began there. */
function lastOf({ requests }: Pick<Application, "requests">, reviewed: readonly string[]): MemberRequest {
  return requests.findLast(({ id }) => reviewed.includes(id)) ?? requests.at(-1) ?? requests[0];
}

function planApplication(
  application: Application,
  templates: readonly Template[],
  texts: RequestTexts,
): Parsed<TemplatePlan> {
  const [creation] = application.requests;
  const template = templates.find(({ name }) => name === application.template);
  if (template === undefined) {
    const message = texts.noTemplate(
      application.template,
      templates.map(({ name }) => name),
    );
    return { ok: false, findings: [creation.locate(["template"], message)] };
  }
  const { member, host, service: name } = application;
  const plan = planTemplate(template, application.values, { member, host, name, language: texts.language });
  if (plan.ok) return plan;
  return { ok: false, findings: plan.findings.map((finding) => locateValue(application, finding)) };
}

/** Where the value that is meant was written: in the last request that says something about it. */
function locateValue({ requests }: Application, { path, message }: Finding): Finding {
  const [field] = path;
  const author =
    requests.findLast((each) => each.change !== "end" && Object.hasOwn(each.values, String(field))) ?? requests[0];
  return { ...author.locate(["values", ...path], message), path: ["values", ...path] };
}

/** work.yaml; undefined where it is missing or wrong. */
export function workOf(files: ReadonlyMap<string, string>): WorkSpec | undefined {
  const text = files.get("work.yaml");
  const parsed = text === undefined ? undefined : parseWorkFile("work.yaml", text);
  // What is wrong with it is said by the inventory.
  return parsed?.ok ? parsed.value : undefined;
}
