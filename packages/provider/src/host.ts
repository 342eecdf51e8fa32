/** Stand-in for what @allmende/host is about to export; every use goes through this file until it does. */
import { createHash } from "node:crypto";
import type { HostError, HostSpec, MemberSpec, ServiceSpec } from "@allmende/model";

export type ResourceId = "host" | `member/${string}` | `service/${string}/${string}`;
export interface ResourceTree {
  readonly id: ResourceId;
  readonly files: readonly { readonly path: string; readonly content: string; readonly secret: boolean }[];
  readonly unit?: { readonly ramBytes: number; readonly memoryMaxBytes: number } | undefined;
  readonly declared: unknown;
}
export interface ResourceObservation {
  readonly id: ResourceId;
  readonly digests: Readonly<Record<string, string>>;
  readonly live: {
    readonly active: boolean;
    readonly memoryMaxBytes?: number | undefined;
    readonly containerMemoryMaxBytes?: number | undefined;
  };
  readonly manifest: unknown;
}
export interface HostFacts {
  readonly podman: string;
  readonly memTotalBytes: number;
  readonly bootId: string;
  readonly kernel: string;
  readonly debian: string;
  readonly hostname: string;
}
export interface HostObservation {
  readonly facts: HostFacts;
  readonly resources: ReadonlyMap<ResourceId, ResourceObservation>;
}
export type Change =
  | { readonly kind: "put"; readonly tree: ResourceTree; readonly liveOnly?: boolean | undefined }
  | {
      readonly kind: "remove";
      readonly id: ResourceId;
      readonly member?: MemberSpec | undefined;
      readonly deleteData: boolean;
    };
export type ApplyResult =
  | { readonly state: "applied" | "unchanged"; readonly observation: ResourceObservation }
  | { readonly state: "failed"; readonly error: HostError };

const tree = (id: ResourceId, declared: unknown, unit?: ResourceTree["unit"]): ResourceTree => ({
  id,
  files: [{ path: `/etc/${id}`, content: JSON.stringify(declared), secret: false }],
  unit,
  declared,
});
export const renderHost = (host: HostSpec) => tree("host", { name: host.name, reserve: host.reserveBytes });
export const renderMember = (member: MemberSpec) => tree(`member/${member.name}`, member);
export const renderService = (service: ServiceSpec, member: MemberSpec) =>
  tree(`service/${member.name}/${service.name}`, service, {
    ramBytes: service.ramBytes,
    memoryMaxBytes: service.ramBytes + 33554432,
  });
export function expectedObservation({ id, files, unit, declared }: ResourceTree): ResourceObservation {
  const digests = files.map(({ path, content }) => [
    path,
    `sha256:${createHash("sha256").update(content).digest("hex")}`,
  ]);
  return {
    id,
    digests: Object.fromEntries(digests) as Record<string, string>,
    live: { active: true, memoryMaxBytes: unit?.memoryMaxBytes, containerMemoryMaxBytes: unit?.ramBytes },
    manifest: declared,
  };
}

export type DeclaredService = Omit<ServiceSpec, "secrets" | "registryLogin">;
export type DeclaredSpec =
  | { readonly kind: "host"; readonly host: Omit<HostSpec, "connection"> }
  | { readonly kind: "member"; readonly member: MemberSpec }
  | { readonly kind: "service"; readonly service: DeclaredService };
