import type { Language } from "@allmende/model";
import type { Template } from "../template/template.js";
import { checkRequests } from "./check-requests.js";
import { appliedRequests, type DeployedService } from "./deployed.js";
import { workOf } from "./inventory.js";
import { loadRequests } from "./load-requests.js";
import type { CreateRequest, MemberRequest } from "./request.js";
import { goTogether, settleRequests } from "./settle.js";
import { requestTexts } from "./texts.js";

/** A request that was accepted and waits. */
export interface HeldRequest {
  readonly request: MemberRequest;
  /** Why it does not fit, and what would. */
  problems(language: Language): readonly string[];
}

/** An inventory's files without the requests that wait. */
export interface HeldBack {
  readonly files: ReadonlyMap<string, string>;
  readonly held: readonly HeldRequest[];
}

export interface HoldOptions {
  readonly templates: readonly Template[];
  readonly nowMs: number;
  /** Ids in the order in which they reached the branch: `readArrivals`. */
  readonly arrivals: readonly string[];
  /** By name: what runs is never taken away. */
  readonly deployed: ReadonlyMap<string, DeployedService>;
}

/** Is there nothing to decide? Then nobody needs to ask git or the stack's state. */
export function nothingWaits(
  files: ReadonlyMap<string, string>,
  options: Pick<HoldOptions, "templates" | "nowMs">,
): boolean {
  const { requests } = loadRequests(files);
  return requests.length === 0 || goTogether(files, requests, options);
}

/** The one decision on which accepted requests wait, for everything that reads an inventory. */
export function holdRequests(files: ReadonlyMap<string, string>, options: HoldOptions): HeldBack {
  const { templates, nowMs, arrivals, deployed } = options;
  const zone = workOf(files)?.zone ?? "UTC";
  const { requests } = loadRequests(files);
  const applied = appliedRequests(files, requests, { templates, zone, nowMs, arrivals, deployed });
  const settled = settleRequests(files, { templates, nowMs, arrivals, applied });
  const held = settled.held.map((request): HeldRequest => {
    const base = creationOf(request, settled.held);
    if (base !== undefined)
      return { request, problems: (language) => [requestTexts[language].waitsItself(base.service, base.id)] };
    const beside = new Map([...settled.files, [request.file, files.get(request.file) ?? ""]]);
    const problems = (language: Language) => {
      const texts = requestTexts[language];
      const input = { files: beside, ids: [request.id], authors: new Map(), templates, texts, nowMs };
      return checkRequests(input).findings.map(({ message }) => message);
    };
    return { request, problems };
  });
  return { files: settled.files, held };
}

/** The request that makes the service which another one is to change, if it waits, too. */
function creationOf(request: MemberRequest, held: readonly MemberRequest[]): CreateRequest | undefined {
  if (request.change !== "change") return undefined;
  const { service, member } = request;
  return held.find(
    (each): each is CreateRequest => each.change === "create" && each.service === service && each.member === member,
  );
}

/** What a person does about it. */
function nextStepOf({ request }: HeldRequest): string {
  return `it takes effect by itself once it fits; otherwise ask for something that fits, and take it back: allmende revert ${request.id}`;
}

/** For people: which request waits, why, and what to do. Several lines, without the last line's end. */
export function renderHeld(held: HeldRequest): string {
  const { id, member, service } = held.request;
  const about = service === undefined ? member : `${service} of ${member}`;
  const reasons = held.problems("en").map((problem) => `  ${problem}`);
  return [
    `request ${id} (${about}) waits, since it does not fit as things are:`,
    ...reasons,
    `  next: ${nextStepOf(held)}`,
  ].join("\n");
}

/** For programs: the entries of `held` in documents of `--json`. */
export function describeHeld(held: HeldRequest) {
  const { id, file, member, service } = held.request;
  return { request: id, file, member, service, reasons: held.problems("en"), nextStep: nextStepOf(held) };
}
