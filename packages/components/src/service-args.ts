import type { Input } from "@pulumi/pulumi";
import type { Member } from "./member.js";

/** A port of the host that leads into the container. */
export interface PortArgs {
  /** Port on the host. */
  host: Input<number>;
  /** Port in the container. */
  container: Input<number>;
  /** Default: `"tcp"`. */
  protocol?: Input<"tcp" | "udp"> | undefined;
}

/** Storage that outlives the container and, unless `deleteData` is set, the service. */
export interface VolumeArgs {
  /** Absolute mount point in the container. */
  path: Input<string>;
}

/** A secret and the way it reaches the container. */
export interface SecretArgs {
  /** The secret itself: always kept as a secret. */
  value: Input<string>;
  /** `"file"` (default): read-only in `/run/secrets/NAME`. `"environment"`: a variable of the process. */
  as?: Input<"file" | "environment"> | undefined;
}

/** How to tell that a service works: exactly one of `http`, `tcp` and `command`. */
export interface HealthArgs {
  /** Path that must answer with success, e.g. `"/"`. Needs `port`. */
  http?: Input<string> | undefined;
  /** Name of the port, among `ports`, that `http` asks. */
  port?: Input<string> | undefined;
  /** Name of a port that must accept connections. */
  tcp?: Input<string> | undefined;
  /** Command in the container that must exit with 0. */
  command?: Input<Input<string>[]> | undefined;
  /** Between two checks of a healthy service. Default: `"30s"`. */
  interval?: Input<string> | undefined;
  /** For one check. Default: `"5s"`. */
  timeout?: Input<string> | undefined;
  /** Failures in a row after which the container is restarted. Default: 3. */
  retries?: Input<number> | undefined;
  /** Time for the first healthy answer after a start. Default: `"60s"`. */
  start?: Input<string> | undefined;
}

/** Login for a private registry. */
export interface RegistryLoginArgs {
  username: Input<string>;
  /** Password or access token: always kept as a secret. */
  password: Input<string>;
}

/** What can be declared of a service beside its owner and name. */
export interface ContainerArgs {
  /** Fully qualified image with tag or digest: `"registry.example.org/blog:1.4"`. */
  image: Input<string>;
  /** RAM that the container gets and sees, e.g. `"512MiB"`. A change needs no restart. */
  ram: Input<string>;
  /** Replaces the image's command. */
  command?: Input<Input<string>[]> | undefined;
  /** User inside the container. Default: the image's. */
  user?: Input<string | number> | undefined;
  /** Ports by name: `8080`, `"18080:8080"` (host:container) or an object. */
  ports?: Input<Record<string, Input<number | string | PortArgs>>> | undefined;
  /** Volumes by name: the mount point, or an object. Their data outlives the service. */
  volumes?: Input<Record<string, Input<string | VolumeArgs>>> | undefined;
  /** Writable directories in RAM, charged to the allocation. */
  tmpfs?: Input<Input<string>[]> | undefined;
  /** Environment variables. Not for secrets. */
  environment?: Input<Record<string, Input<string | number | boolean>>> | undefined;
  /** Secrets by name: read-only files in `/run/secrets`, or environment variables when asked for. */
  secrets?: Input<Record<string, Input<string | SecretArgs>>> | undefined;
  /** How to tell that it works. With it, a start or an update only succeeds when the service answers. */
  health?: Input<HealthArgs> | undefined;
  /** Make the root filesystem writable. Default: false. */
  writableRoot?: Input<boolean> | undefined;
  /** Capabilities to keep, e.g. `"NET_BIND_SERVICE"`; all others are dropped. */
  capabilities?: Input<Input<string>[]> | undefined;
  /** The member's networks it joins; services that share one find each other by name. */
  networks?: Input<Input<string>[]> | undefined;
  /**
   * Names of the member's services on the same host that are to be healthy before this one starts, when they start as well. Make those
   * first in a program: this one is then changed after them.
   */
  after?: Input<Input<string>[]> | undefined;
  /** Most processes and threads. Default: 512. */
  pidsLimit?: Input<number> | undefined;
  /**
   * Name of the member's service on the same host whose ports this one takes over: it stops when this one starts, and starts
   * again should this one not get healthy. For a service that gets another name; its volumes' data stays with the former name.
   */
  replaces?: Input<string> | undefined;
  /** Delete the volumes' data together with the service. Default: false. */
  deleteData?: Input<boolean> | undefined;
  /** Login for a private registry. */
  registryLogin?: Input<RegistryLoginArgs> | undefined;
}

export interface ServiceArgs extends ContainerArgs {
  /** Who owns it; also says on which host it runs. */
  member: Member;
  /** Unit, container and DNS name; unique per member and host. Default: the resource's name. */
  name?: Input<string> | undefined;
}
