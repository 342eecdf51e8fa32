import { RunError } from "@pulumi/pulumi";

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

/**
 * The type that a host asks for, as Hetzner offers it there. Throws RunError, which Pulumi shows without a stack trace, with
 * what may be written instead.
 */
export function chooseType(
  host: string,
  { serverType, location }: { readonly serverType: string; readonly location: string },
  { types, locations }: Offer,
): OfferedType {
  const type = types.find(({ name }) => name === serverType);
  const problem = (message: string, allowed: readonly string[]) =>
    new RunError(`${host}: ${message}. There are: ${[...new Set(allowed)].sort().join(", ")}`);
  if (!locations.includes(location)) throw problem(`Hetzner has no location "${location}"`, locations);
  const there = types.filter((each) => isOffered(each, location)).map(({ name }) => name);
  if (type === undefined) throw problem(`Hetzner has no server type "${serverType}"`, there);
  if (!isOffered(type, location)) throw problem(`Hetzner has no ${serverType} in ${location}`, there);
  return type;
}

/** An older API does not say where a type is to be had. */
function isOffered({ locations }: OfferedType, location: string): boolean {
  return locations.length === 0 || locations.some(({ name }) => name === location);
}
