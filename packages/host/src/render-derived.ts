import { type MemberSpec, subordinateIdCount, subordinateIdStart } from "@allmende/model";
import type { ParsedManifest } from "./parsed-manifest.js";

/** Limits of a member's slice. */
export interface SliceLimits {
  readonly memoryMaxBytes: number;
  readonly tasksMax: number;
}

/** What one member's manifests add up to; the same sum as derive.awk makes on the host. */
export function sumLimits(
  uid: number,
  manifests: readonly Pick<ParsedManifest, "uid" | "memoryMaxBytes" | "tasksMax">[],
): SliceLimits {
  const own = manifests.filter((manifest) => manifest.uid === uid);
  return {
    memoryMaxBytes: own.reduce((sum, manifest) => sum + manifest.memoryMaxBytes, 0),
    tasksMax: own.reduce((sum, manifest) => sum + manifest.tasksMax, 0),
  };
}

/** `/etc/systemd/system/user-UID.slice.d/50-allmende.conf`, byte for byte as derive.awk writes it. */
export function renderSliceDropIn(memberName: string, limits: SliceLimits): string {
  return `# Allmende: the sum of what ${memberName} runs here, and its manager. Derived from the manifests.
[Slice]
MemoryMax=${limits.memoryMaxBytes}
MemorySwapMax=0
TasksMax=${limits.tasksMax}
`;
}

/** The lines of these members in /etc/subuid and /etc/subgid. */
export function renderSubordinateIds(members: readonly MemberSpec[]): string {
  return members.map(({ name, number }) => `${name}:${subordinateIdStart(number)}:${subordinateIdCount}\n`).join("");
}
