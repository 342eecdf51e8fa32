import type { Finding } from "./finding.js";
import { checkMembers, checkOwners, checkServices } from "./host-checks.js";
import type { Entry, HostEntry, MemberEntry, ServiceEntry } from "./inventory-entries.js";
import { checkOrder } from "./order-checks.js";
import { didYouMean } from "./suggestion.js";

export interface LoadedEntries {
  readonly hosts: readonly HostEntry[];
  readonly members: readonly MemberEntry[];
  readonly services: readonly ServiceEntry[];
}

/**
 * What no file shows by itself. Services that are wrong by themselves are left out, and names of wrong members and hosts count as
 * there, so that one mistake is told once.
 */
export function checkAcrossFiles(entries: LoadedEntries): Finding[] {
  const { hosts, members, services } = entries;
  const memberSpecs = specsOf(members);
  const broken = members
    .filter((member) => member.loaded === undefined)
    .map(({ name }) => ({ name, number: Number.NaN }));
  const serviceSpecs = specsOf(services);
  const found = [...checkMembers(memberSpecs), ...checkOwners(serviceSpecs, [...memberSpecs, ...broken])].map(
    (finding) => locate(entries, undefined, finding),
  );
  const perHost = hosts.flatMap((host) => {
    if (host.loaded === undefined) return [];
    const inventory = {
      host: host.loaded.spec,
      members: memberSpecs,
      services: serviceSpecs.filter((service) => service.host === host.name),
    };
    return [...checkServices(inventory), ...checkOrder(inventory.services)].map((finding) =>
      locate(entries, host, finding),
    );
  });
  return [...found, ...checkPlaces(entries), ...perHost];
}

export function specsOf<Spec>(entries: readonly Entry<Spec, unknown>[]): Spec[] {
  return entries.flatMap(({ loaded }) => (loaded === undefined ? [] : [loaded.spec]));
}

export function inputsOf<Input>(entries: readonly Entry<unknown, Input>[]): Input[] {
  return entries.flatMap(({ loaded }) => (loaded === undefined ? [] : [loaded.input]));
}

function checkPlaces({ hosts, services }: LoadedEntries): Finding[] {
  const names = hosts.map((host) => host.name).filter((name) => name !== "");
  // When hosts.yaml cannot be read at all, that has been said.
  if (names.length === 0) return [];
  return services.flatMap(({ loaded, source }) => {
    if (loaded === undefined || names.includes(loaded.spec.host)) return [];
    const { host } = loaded.spec;
    return [
      source.locate({ path: ["host"], message: `there is no host "${host}" in hosts.yaml${didYouMean(host, names)}` }),
    ];
  });
}

/** From a path within the inventory (`["services", "anna-blog", "ports", "web"]`) to a path within a file. */
function locate({ members, services }: LoadedEntries, host: HostEntry | undefined, finding: Finding): Finding {
  const [kind, name, ...rest] = finding.path;
  const entry = kind === "host" ? host : (kind === "members" ? members : services).find((each) => each.name === name);
  if (entry === undefined) return finding;
  return entry.source.locate({ ...finding, path: [...entry.at, ...rest] });
}
