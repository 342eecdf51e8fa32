import type { HostUpdates } from "@allmende/model";
import {
  CustomResource,
  type CustomResourceOptions,
  type ID,
  type Input,
  mergeOptions,
  type Output,
} from "@pulumi/pulumi";
import type { HostArgs, HostDeclaration } from "./connection.js";
import type { HostFacts, LiveState } from "./observed.js";
import type { UnitFailuresArgs } from "./unit-failures.js";

/** What members and services can be on: a `DebianHost`, or what brings one along, such as a `HetznerHost`. */
export interface ServiceHost {
  /** What members and services on it are told: known at preview, as long as its parts are. */
  readonly declaration: HostDeclaration;
  /** What takes the host along when it is deleted. */
  readonly deletedWith: CustomResourceOptions["deletedWith"];
  /** The host as it is provisioned. */
  readonly provisioned: DebianHost;
}

/** What a host does about its updates by itself, outside of patch runs. */
export interface HostPatchingArgs {
  expectEveryDays?: Input<number> | undefined;
  updates?: Input<HostUpdates> | undefined;
}

/** An existing host with Debian 13. */
export interface DebianHostArgs extends HostArgs {
  /** Name in the inventory, part of the identity of all that is on it. Default: the resource's name. */
  name?: Input<string> | undefined;
  /**
   * `{ expectEveryDays: 8 }`: the host itself tells, in its journal, when no patch run has reached it for so many days. Default: it
   * does not watch over that. `{ updates: "windows" }`: security updates are installed in patch windows alone; say so of a host that
   * a window selects. Default: `"daily"`, by the host itself.
   */
  patching?: Input<HostPatchingArgs> | undefined;
  /** How the host itself tells hostmasters by e-mail of units that fail, its members' among them. Default: it tells nobody. */
  unitFailures?: Input<UnitFailuresArgs> | undefined;
  /** What patch windows choose hosts by, e.g. `{ stage: "production" }`. A change touches nothing on the host. */
  labels?: Input<Record<string, Input<string>>> | undefined;
}

/**
 * A Debian host, provisioned to run members' services as rootless containers.
 *
 *     const web1 = new DebianHost("web1", { address: "web1.example.org", hostKey: "ssh-ed25519 AAAA…", reserve: "512MiB" });
 *
 * With the option `deletedWith` (the server it is on, say), everything declared on it counts as deleted together with that,
 * and nobody tries to reach a host that is gone.
 */
export class DebianHost extends CustomResource implements ServiceHost {
  /** Name in the inventory. */
  declare readonly name: Output<string>;
  declare readonly address: Output<string>;
  /** What the host says about itself. */
  declare readonly facts: Output<HostFacts>;
  /** Digest of every file that belongs to it on the host, by path. */
  declare readonly digests: Output<Record<string, string>>;
  declare readonly live: Output<LiveState>;
  readonly declaration: HostDeclaration;
  /** What patch windows choose it by, as declared. */
  readonly labelled: DebianHostArgs["labels"];
  readonly deletedWith: CustomResourceOptions["deletedWith"];

  constructor(name: string, args: DebianHostArgs, opts: CustomResourceOptions = {}) {
    const { labels, patching, unitFailures, ...told } = args;
    const declaration = { ...told, name: args.name ?? name };
    const observed = { facts: undefined, digests: undefined, live: undefined };
    super("allmende:index:Host", name, { ...declaration, patching, unitFailures, labels, ...observed }, opts);
    this.declaration = declaration;
    this.labelled = labels;
    this.deletedWith = opts.deletedWith;
  }

  get provisioned(): DebianHost {
    return this;
  }

  /** Looks an existing host up, by `[user@]address[:port]`. */
  static get(name: string, id: Input<ID>, opts?: CustomResourceOptions): DebianHost {
    return new DebianHost(name, {} as DebianHostArgs, mergeOptions(opts, { id }));
  }
}
