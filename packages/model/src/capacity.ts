import { admissionOf } from "./admission.js";
import { memberOverheadBytes, serviceOverheadBytes } from "./overhead.js";
import { leastRamBytes, ramPageBytes } from "./ram.js";
import type { HostInventory } from "./specs.js";

/** What a host has sold, and what it can still take. Bytes; undefined where the host's RAM is not known. */
export interface Capacity {
  /** Allocations and their overhead, as admission counts them. */
  readonly soldBytes: number;
  /** RAM minus reserve. */
  readonly limitBytes: number | undefined;
  /** Negative when more is sold than there is. */
  readonly freeBytes: number | undefined;
  /** The largest allocation that a member without a service on the host can still get; 0: none. */
  readonly largestBytes: number | undefined;
  /** The same for a member who has a service there already: their own overhead is paid. Undefined: there is no such member. */
  readonly largestOfResidentBytes: number | undefined;
}

/** What admission would still let onto a host. */
export function capacityOf(inventory: HostInventory): Capacity {
  const { soldBytes, limitBytes } = admissionOf(inventory);
  const freeBytes = limitBytes === undefined ? undefined : limitBytes - soldBytes;
  const largest = (overheadBytes: number) =>
    freeBytes === undefined ? undefined : allocationWithin(freeBytes - overheadBytes);
  return {
    soldBytes,
    limitBytes,
    freeBytes,
    largestBytes: largest(serviceOverheadBytes + memberOverheadBytes),
    largestOfResidentBytes: inventory.services.length === 0 ? undefined : largest(serviceOverheadBytes),
  };
}

/** The largest amount of RAM that can be written down and is at most this; 0 when there is none. */
function allocationWithin(bytes: number): number {
  return bytes < leastRamBytes ? 0 : Math.floor(bytes / ramPageBytes) * ramPageBytes;
}
