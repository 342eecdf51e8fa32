import { HostError } from "@allmende/model";
import type { PendingPackage } from "./run-policy.js";

/** Versions by package that hosts before have proven. */
export type Level = ReadonlyMap<string, string>;

/** The level with what one more host has proven. */
export function withProven(level: Level, packages: readonly PendingPackage[]): Level {
  return new Map([...level, ...packages.map(({ name, available }) => [name, available] as const)]);
}

/** Throws HostError `level-differs` when a host would get another version of a package than the hosts before it have proven. */
export function checkLevel(host: string, level: Level, packages: readonly PendingPackage[]): void {
  const different = packages.filter(({ name, available }) => (level.get(name) ?? available) !== available);
  if (different.length === 0) return;
  const words = different.map(({ name, available }) => `${name} ${available} instead of ${level.get(name)}`);
  throw new HostError(`${host} would get what no host has proven: ${words.join(", ")}. Nothing was changed.`, {
    code: "level-differs",
    concerns: host,
    nextStep: "Let all hosts read the same repositories, then run it again.",
  });
}
