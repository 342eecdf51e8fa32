import { type HostSpec, parseRam, UserError } from "@allmende/model";

/**
 * What a new host keeps for itself, in bytes. That is the cooperative's policy: `said`, or what all its hosts agree on.
 * Throws UserError `reserve-missing`, `bad-ram`.
 */
export function reserveForNewHost(
  said: string | undefined,
  hosts: readonly Pick<HostSpec, "reserveBytes">[],
  option: string,
): number {
  if (said !== undefined) return parseRam(said);
  const [reserve, ...others] = new Set(hosts.map(({ reserveBytes }) => reserveBytes));
  if (reserve !== undefined && others.length === 0) return reserve;
  const why =
    hosts.length === 0 ? "there is no host yet to take it from" : "the hosts that there are do not agree on it";
  throw new UserError("how much does the new host keep for itself?", {
    code: "reserve-missing",
    concerns: option,
    nextStep: `say it, for example ${option} 512MiB: ${why}`,
  });
}
