import type { PlannedApplication } from "./inventory.js";

/** A volume that outlives its service on a host. */
export interface KeptVolume {
  readonly service: string;
  readonly host: string;
  /** Name in the service's declaration. */
  readonly volume: string;
}

/** Volumes of services that end, or that go to another host: their data stay where they are. */
export function keptVolumes(
  former: PlannedApplication | undefined,
  latter: PlannedApplication | undefined,
): KeptVolume[] {
  return Object.entries(former?.plan.services ?? {}).flatMap(([service, { host, volumes }]) =>
    latter?.plan.services[service]?.host === host
      ? []
      : Object.keys(volumes ?? {}).map((volume) => ({ service, host, volume })),
  );
}
