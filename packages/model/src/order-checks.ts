import type { Finding } from "./finding.js";
import type { ServiceSpec } from "./specs.js";
import { didYouMean } from "./suggestion.js";

/** Services of one host: each waits for services of the same member that are there, and none for itself. */
export function checkOrder(services: readonly ServiceSpec[]): Finding[] {
  return services.flatMap((service) => {
    const neighbours = services.filter(({ member }) => member === service.member);
    const names = neighbours.map(({ name }) => name);
    const missing = (service.after ?? []).flatMap((name, index): Finding[] => {
      if (names.includes(name)) return [];
      const message = `${service.member} has no service "${name}" on this host${didYouMean(name, names)}`;
      return [{ path: ["services", service.name, "after", index], message }];
    });
    const circle: Finding[] = waitsForItself(service, neighbours)
      ? [{ path: ["services", service.name, "after"], message: "waits for itself, directly or through others" }]
      : [];
    return [...missing, ...circle];
  });
}

function waitsForItself(service: ServiceSpec, neighbours: readonly ServiceSpec[]): boolean {
  const seen = new Set<string>();
  const open = [...(service.after ?? [])];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (name === service.name) return true;
    if (seen.has(name)) continue;
    seen.add(name);
    open.push(...(neighbours.find((each) => each.name === name)?.after ?? []));
  }
  return false;
}
