import { parseServiceFile, type ServiceSpec } from "@allmende/model";
import type { Template, TemplatePlan } from "../template/template.js";
import { compareEffect, inEffectOrder, isDue } from "./dates.js";
import { planRequests } from "./inventory.js";
import type { MemberRequest } from "./request.js";

/** What the stack's state says of a service, as far as requests decide it. */
export type DeployedService = Pick<ServiceSpec, "member" | "image" | "ramBytes" | "ports"> & { readonly host: string };

/** Is what a template makes there as it makes it? Environment and secrets are not compared. */
export function isDeployed({ services }: TemplatePlan, deployed: ReadonlyMap<string, DeployedService>): boolean {
  return Object.entries(services).every(([name, service]) => {
    const parsed = parseServiceFile(service, name);
    const there = deployed.get(name);
    return parsed.ok && there !== undefined && describe(parsed.value) === describe(there);
  });
}

function describe({ member, host, image, ramBytes, ports }: DeployedService): string {
  const opened = Object.entries(ports).map(([name, port]) => `${name} ${port.host} ${port.container} ${port.protocol}`);
  return JSON.stringify([member, host, image, ramBytes, opened.sort()]);
}

export interface AppliedOptions {
  readonly templates: readonly Template[];
  readonly zone: string;
  readonly nowMs: number;
  /** As in `settleRequests`. */
  readonly arrivals: readonly string[];
  readonly deployed: ReadonlyMap<string, DeployedService>;
}

/**
 * Services of a stack's state as `pulumi stack export` prints it, by name. What cannot be read counts as there, of whoever it is: see
 * `appliedRequests`.
 */
export function parseDeployedServices(text: string): ReadonlyMap<string, DeployedService> {
  const { deployment } = JSON.parse(text) as { deployment?: { resources?: readonly Record<string, unknown>[] } };
  const resources = (deployment?.resources ?? []).filter(
    (each) => each["type"] === "allmende:index:Service" && each["delete"] !== true,
  );
  return new Map(
    resources.map(({ inputs }) => {
      const { name, member, host, image, ram, ports } = inputs as Record<string, unknown>;
      const own = { member: nameIn(member), host: nameIn(host), image, ram, ...(ports !== undefined && { ports }) };
      const parsed = parseServiceFile(own, String(name));
      const unread = { member: own.member, image: "", ramBytes: 0, ports: {} };
      return [String(name), { ...(parsed.ok ? parsed.value : unread), host: own.host }] as const;
    }),
  );
}

function nameIn(reference: unknown): string {
  return String((reference as { name?: unknown } | undefined)?.name);
}

/** Ids of the requests that made what is there, by the stack's state. In doubt a request counts as applied. */
export function appliedRequests(
  files: ReadonlyMap<string, string>,
  requests: readonly MemberRequest[],
  options: AppliedOptions,
): ReadonlySet<string> {
  const { zone, nowMs, arrivals, deployed } = options;
  const due = inEffectOrder(requests).filter((each) => each.change !== "work" && isDue(each, zone, nowMs));
  const isSame = (one: MemberRequest, other: MemberRequest) =>
    one.service === other.service && one.member === other.member;
  const isOver = (create: MemberRequest) =>
    due.some((each) => each.change === "end" && isSame(each, create) && compareEffect(each, create) >= 0);
  const rank = ({ id }: MemberRequest) => (arrivals.includes(id) ? arrivals.indexOf(id) : arrivals.length);
  const creations = due
    .filter((each) => each.change === "create" && deployed.get(each.service)?.member === each.member && !isOver(each))
    .sort((one, other) => rank(one) - rank(other));
  const applied = new Set<string>();
  for (const [index, creation] of creations.entries()) {
    // Of two that would make the same, the first did.
    if (creations.slice(0, index).some((each) => isSame(each, creation))) continue;
    const changes = due.filter(
      (each) => each.change === "change" && isSame(each, creation) && compareEffect(each, creation) >= 0,
    );
    for (const { id } of [creation, ...changes.slice(0, countApplied(files, creation, changes, options))])
      applied.add(id);
  }
  return applied;
}

/** After how many of its changes a service is as it is there; all of them where none fits. */
function countApplied(
  files: ReadonlyMap<string, string>,
  { service, file }: MemberRequest,
  changes: readonly MemberRequest[],
  { templates, nowMs, deployed }: AppliedOptions,
): number {
  for (let count = changes.length; count >= 0; count--) {
    const chain = new Set([file, ...changes.slice(0, count).map((each) => each.file)]);
    const alone = new Map([...files].filter(([path]) => !path.startsWith("requests/") || chain.has(path)));
    const plan = planRequests(alone, { templates, nowMs }).applications.get(service ?? "")?.plan;
    if (plan !== undefined && isDeployed(plan, deployed)) return count;
  }
  return changes.length;
}
