import type { Template } from "../template/template.js";
import type { PlannedApplication } from "./inventory.js";

/** A domain that an application answers to, and the field that says so. */
export interface UsedDomain {
  readonly field: string;
  /** As they are compared: lower case, without the last dot. */
  readonly domain: string;
}

export function domainsOf({ template, values }: PlannedApplication, templates: readonly Template[]): UsedDomain[] {
  return (templates.find(({ name }) => name === template)?.fields ?? [])
    .filter(({ type, name }) => type === "domain" && typeof values[name] === "string")
    .map(({ name }) => ({ field: name, domain: String(values[name]).toLowerCase().replace(/\.$/, "") }));
}

/** Does a domain lead to two applications? */
export function isDomainShared(applications: Iterable<PlannedApplication>, templates: readonly Template[]): boolean {
  const holders = new Map<string, string>();
  for (const application of applications) {
    for (const { domain } of domainsOf(application, templates)) {
      const holder = holders.get(domain) ?? application.service;
      if (holder !== application.service) return true;
      holders.set(domain, holder);
    }
  }
  return false;
}
