import type { HostSpec, MemberSpec, ServiceSpec } from "@allmende/model";
import { UserError } from "@allmende/model";

/** What a transaction and an inspection talk about: the host itself, a member's account, a member's service. */
export type ResourceId = "host" | `member/${string}` | `service/${string}/${string}`;

/** One file of a host. Owners are names that every Debian knows (`root`) or numeric ids. */
export interface FileEntry {
  /** Absolute. */
  readonly path: string;
  /** Permission bits, e.g. 0o644. */
  readonly mode: number;
  readonly owner: number | string;
  readonly group: number | string;
  readonly content: string;
  /** The content may be shown to nobody. */
  readonly secret: boolean;
}

/** A directory whose owner and mode matter. */
export interface DirectoryEntry {
  readonly path: string;
  readonly mode: number;
  readonly owner: number | string;
  readonly group: number | string;
}

/** A file of a resource, and whether the resource's unit has to be restarted when it changes. */
export interface ResourceFile extends FileEntry {
  readonly effect: "restart" | "quiet";
}

/** The systemd user unit of a service, its limits, and what Podman keeps under its name. */
export interface ResourceUnit {
  /** `anna-blog.service`; the container has the same name without the suffix. */
  readonly name: string;
  /** The container's memory limit. */
  readonly ramBytes: number;
  /** The unit's MemoryMax: `ramBytes` and Podman's helpers. */
  readonly memoryMaxBytes: number;
  /** Processes and threads that the unit may have. */
  readonly tasksMax: number;
  readonly image: string;
  /** Absolute path of the registry login, when there is one. */
  readonly authFile?: string | undefined;
  readonly ports: readonly { readonly port: number; readonly protocol: "tcp" | "udp" }[];
  /** Names of Podman volumes, secrets and networks that belong to it. */
  readonly volumes: readonly string[];
  readonly podmanSecrets: readonly string[];
  readonly networks: readonly string[];
}

/** Everything that one resource is on a host. `files` includes its manifest, the last one. */
export interface ResourceTree {
  readonly id: ResourceId;
  readonly files: readonly ResourceFile[];
  readonly directories: readonly DirectoryEntry[];
  /** Debian packages that it needs (host only). */
  readonly packages: readonly string[];
  readonly member?: MemberSpec | undefined;
  readonly unit?: ResourceUnit | undefined;
  /** The declared spec without secrets, as it stands in the manifest. */
  readonly declared: DeclaredSpec;
}

/** A spec as a manifest keeps it: without connection and without any secret value. */
export type DeclaredSpec =
  | { readonly kind: "host"; readonly host: Omit<HostSpec, "connection" | "unitFailures"> }
  | { readonly kind: "member"; readonly member: MemberSpec }
  | { readonly kind: "service"; readonly service: DeclaredService };

/** A service whose secrets are known by name only. */
export type DeclaredService = Omit<ServiceSpec, "secrets" | "registryLogin" | "replaces"> & {
  readonly secrets: Readonly<Record<string, { readonly as: "file" | "environment" }>>;
  readonly registryLogin?: { readonly username: string } | undefined;
};

/** One change of one resource; a transaction takes any number of them. */
export type Change =
  | {
      readonly kind: "put";
      readonly tree: ResourceTree;
      /** Only the RAM allocation differs: resize the running container, no restart. */
      readonly liveOnly?: boolean | undefined;
      /** Services that stop when this one starts and wants a port of theirs; they start again when it does not get healthy. */
      readonly takesOverFrom?: readonly ResourceId[] | undefined;
    }
  | {
      readonly kind: "remove";
      readonly id: ResourceId;
      /** Needed for members and services. */
      readonly member?: MemberSpec | undefined;
      /** Delete the volumes' or the home's data as well. */
      readonly deleteData: boolean;
    };

/** `service/anna/anna-blog` -> `service.anna.anna-blog`: names have no dots, so this is unambiguous and a file name. */
export function resourceKey(id: ResourceId): string {
  return id.replaceAll("/", ".");
}

/** Inverse of `resourceKey`. Throws `bad-resource-key`. */
export function parseResourceKey(key: string): ResourceId {
  if (!/^(host|member\.[a-z0-9-]+|service\.[a-z0-9-]+\.[a-z0-9-]+)$/.test(key)) {
    throw new UserError(`"${key}" is not the key of a resource.`, { code: "bad-resource-key", concerns: key });
  }
  return key.replaceAll(".", "/") as ResourceId;
}
