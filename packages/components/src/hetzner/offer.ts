/** What of Hetzner's offer is looked at: see `hcloud.getServerTypes`. */
export interface OfferedType {
  readonly name: string;
  /** GB. */
  readonly memory: number;
  readonly architecture: string;
  readonly locations: readonly { readonly name: string }[];
}

export interface Offer {
  readonly types: readonly OfferedType[];
  /** Names of all locations. */
  readonly locations: readonly string[];
}

/** The type that a host asks for as Hetzner offers it there, or why it cannot be had, with what may be written instead. */
export type Choice = { readonly type: OfferedType } | { readonly problem: string };

export function chooseType(
  { serverType, location }: { readonly serverType: string; readonly location: string },
  { types, locations }: Offer,
): Choice {
  const type = types.find(({ name }) => name === serverType);
  const problem = (message: string, allowed: readonly string[]) => ({
    problem: `${message}. There are: ${[...new Set(allowed)].sort().join(", ")}`,
  });
  if (!locations.includes(location)) return problem(`Hetzner has no location "${location}"`, locations);
  const there = types.filter((each) => isOffered(each, location)).map(({ name }) => name);
  if (type === undefined) return problem(`Hetzner has no server type "${serverType}"`, there);
  return isOffered(type, location) ? { type } : problem(`Hetzner has no ${serverType} in ${location}`, there);
}

/** An older API does not say where a type is to be had. */
function isOffered({ locations }: OfferedType, location: string): boolean {
  return locations.length === 0 || locations.some(({ name }) => name === location);
}
