import type { Language } from "./language.js";
import type { MailSpec, SmtpSpec } from "./mail.js";

/** The validated, normalised shapes that everything after the schemas works with. Sizes are bytes, times are seconds. */

/** Where and how a host is reached. Never part of a resource's identity. */
export interface Connection {
  /** DNS name or IP address. */
  readonly address: string;
  /** TCP port of sshd; 22 by default. */
  readonly port: number;
  /** Login name; anything but root needs `sudo -n`. */
  readonly user: string;
  /** Pinned public host keys, as in a .pub file: `ssh-ed25519 AAAA…`. At least one. */
  readonly hostKeys: readonly string[];
  /** A host to go through (its own bastion is not supported). */
  readonly bastion?: Omit<Connection, "bastion"> | undefined;
}

export interface HostSpec {
  readonly name: string;
  readonly connection: Connection;
  /** RAM that may be sold plus `reserveBytes`. Undefined: what the host reports. */
  readonly ramBytes?: number | undefined;
  /** Kept for the host itself: kernel, sshd, journald. */
  readonly reserveBytes: number;
  readonly patching?: HostPatchingSpec | undefined;
  /** Undefined: the host tells nobody when a unit fails. */
  readonly unitFailures?: UnitFailuresSpec | undefined;
  /** What patch windows choose hosts by. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** What a host does about its updates by itself, outside of patch runs. */
export interface HostPatchingSpec {
  /** Undefined: the host does not watch over patch runs. */
  readonly expectEveryDays?: number | undefined;
  /** Undefined: daily. */
  readonly updates?: HostUpdates | undefined;
}

/** When security updates are installed: in patch windows alone, or every day by the host itself (unattended-upgrades). */
export type HostUpdates = "windows" | "daily";

/** How a host tells its hostmasters of units that fail. */
export interface UnitFailuresSpec extends Pick<MailSpec, "from" | "hostmasters" | "language"> {
  readonly smtp: Omit<SmtpSpec, "login"> & {
    readonly login?: { readonly user: string; readonly password: string } | undefined;
  };
  /** Between two mails. */
  readonly atMostEverySeconds: number;
  /** After a mail, the same unit is no reason for another for so long. */
  readonly sameUnitEverySeconds: number;
  /** Of a system unit's log, in a mail. */
  readonly logLines: number;
}

export interface MemberSpec {
  /** Linux user name and DNS label. */
  readonly name: string;
  /** The cooperative's member number, from which every numeric identity is computed. */
  readonly number: number;
  /** Where they are told of patch windows. Nothing on a host depends on it, nor on `language` and `ageRecipient`. */
  readonly email?: string | undefined;
  readonly language?: Language | undefined;
  /** `age1…` (X25519), to which generated passwords are encrypted. */
  readonly ageRecipient?: string | undefined;
}

export interface PortSpec {
  /** Port on the host. */
  readonly host: number;
  /** Port in the container. */
  readonly container: number;
  readonly protocol: "tcp" | "udp";
}

export interface VolumeSpec {
  /** Absolute mount point in the container. */
  readonly path: string;
}

export interface SecretSpec {
  readonly value: string;
  /** `file`: read-only file /run/secrets/NAME (the default); `environment`: a variable of the container's process. */
  readonly as: "file" | "environment";
}

export type HealthProbe =
  | { readonly kind: "http"; readonly path: string; readonly port: string }
  | { readonly kind: "tcp"; readonly port: string }
  | { readonly kind: "command"; readonly command: readonly string[] };

export interface HealthSpec {
  readonly probe: HealthProbe;
  /** Between two checks once healthy; default 30. */
  readonly intervalSeconds: number;
  /** For one check; default 5. */
  readonly timeoutSeconds: number;
  /** Failures in a row until the service counts as unhealthy and is killed; default 3. */
  readonly retries: number;
  /** How long the first healthy answer may take after a start; default 60. */
  readonly startSeconds: number;
}

export interface ServiceSpec {
  /** Unit, container and DNS label; unique per member and host. */
  readonly name: string;
  /** Name of the member who owns it. */
  readonly member: string;
  /** Fully qualified: registry/repository:tag or @digest. */
  readonly image: string;
  /** What the container gets and sees. Enforced. */
  readonly ramBytes: number;
  /** Replaces the image's command when given. */
  readonly command?: readonly string[] | undefined;
  /** User (name or id) inside the container; undefined: the image's. */
  readonly user?: string | undefined;
  readonly ports: Readonly<Record<string, PortSpec>>;
  /** Volume name to mount. Data of a volume outlives the service unless `deleteData`. */
  readonly volumes: Readonly<Record<string, VolumeSpec>>;
  /** Absolute paths of writable, RAM-backed directories, charged to the allocation. */
  readonly tmpfs: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, SecretSpec>>;
  readonly health?: HealthSpec | undefined;
  /** Opt-out of the read-only root filesystem. */
  readonly writableRoot: boolean;
  /** Capabilities kept, e.g. `NET_BIND_SERVICE`; all others are dropped. */
  readonly capabilities: readonly string[];
  /** Names of the member's networks; empty: a private network of its own (pasta). Services sharing one find each other by name. */
  readonly networks: readonly string[];
  /** Most processes and threads; default 512. */
  readonly pidsLimit: number;
  /** Name of the member's service on the same host that hands its ports over to this one; no part of what is on the host. */
  readonly replaces?: string | undefined;
  /** Services of the member that start first where they start as well, and are waited for until they are healthy. */
  readonly after?: readonly string[] | undefined;
  /** Delete the volumes' data together with the service. */
  readonly deleteData: boolean;
  /** Login for the image's registry. */
  readonly registryLogin?: { readonly username: string; readonly password: string } | undefined;
}

/** Everything on one host. */
export interface HostInventory {
  readonly host: HostSpec;
  readonly members: readonly MemberSpec[];
  readonly services: readonly ServiceSpec[];
}

/** A whole inventory: hosts, the cooperative's members, services and the host each runs on. */
export interface Inventory {
  readonly hosts: readonly HostSpec[];
  readonly members: readonly MemberSpec[];
  readonly services: readonly (ServiceSpec & { readonly host: string })[];
}
