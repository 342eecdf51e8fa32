import type { HetznerInput } from "@allmende/model";
import * as hcloud from "@pulumi/hcloud";
import {
  all,
  ComponentResource,
  type ComponentResourceOptions,
  type CustomResourceOptions,
  type Input,
  log,
  type Output,
  output,
  secret,
} from "@pulumi/pulumi";
import type { HostDeclaration } from "../connection.js";
import { DebianHost, type DebianHostArgs, type ServiceHost } from "../debian-host.js";
import { HostKey } from "../host-key.js";
import { type Choice, chooseType } from "./offer.js";
import type { HetznerSite } from "./site.js";
import { renderUserData } from "./user-data.js";

/** A server of Hetzner Cloud with Debian 13, and a host on it. */
export interface HetznerHostArgs
  extends HetznerInput,
    Pick<DebianHostArgs, "ram" | "reserve" | "patching" | "unitFailures" | "labels"> {
  /** What it shares with the other hosts of the stack. */
  site: HetznerSite;
  /** Login name of the hostmasters. Default: `hostmaster`. */
  user?: string | undefined;
  /** Image of a new server. Default: `debian-13`. A change concerns servers that are made from then on. */
  image?: string | undefined;
}

/**
 * A host that is made: primary addresses, a volume for members' data, a server whose SSH host key is known before it exists, and on it a
 * provisioned host. Members and services are declared on it as on any other.
 *
 *     const web3 = new HetznerHost("web3", { site, serverType: "cx33", location: "fsn1", reserve: "512MiB" });
 *     const anna = new Member("anna", { host: web3, number: 1042 });
 */
export class HetznerHost extends ComponentResource implements ServiceHost {
  readonly server: hcloud.Server;
  readonly ipv4: hcloud.PrimaryIp;
  readonly ipv6: hcloud.PrimaryIp;
  /** For members' data; undefined: it is on the server's own disk. */
  readonly volume: hcloud.Volume | undefined;
  readonly hostKey: HostKey;
  readonly provisioned: DebianHost;

  constructor(name: string, args: HetznerHostArgs, opts?: ComponentResourceOptions) {
    super("allmende:index:HetznerHost", name, {}, opts);
    const { site, serverType, location, user = "hostmaster", image = "debian-13", protect = true } = args;
    // Names and addresses are taken once: what is replaced (with protect off) goes first.
    const own = { parent: this, protect, deleteBeforeReplace: true };
    const choice = output(choose(site, { serverType, location }));
    // A check that fails ends the preview in order, for all hosts at once; a rejected output would not.
    const problem = choice.apply((chosen) => ("problem" in chosen ? chosen.problem : undefined));
    this.hostKey = new HostKey(name, { name, binding: { location }, protect, problem }, { parent: this });
    const address = (kind: "ipv4" | "ipv6") =>
      new hcloud.PrimaryIp(
        `${name}-${kind}`,
        {
          name: `${name}-${kind}`,
          type: kind,
          location,
          assigneeType: "server",
          autoDelete: false,
          deleteProtection: protect,
          labels: site.labels("address"),
        },
        own,
      );
    [this.ipv4, this.ipv6] = [address("ipv4"), address("ipv6")];
    this.volume = args.volumeGB === undefined ? undefined : this.#makeVolume(name, args.volumeGB, args, own);
    this.server = new hcloud.Server(
      name,
      {
        name,
        serverType,
        image,
        location,
        // The disk does not grow with the type, so that the type can shrink again.
        keepDisk: true,
        sshKeys: [...site.sshKeys],
        userData: this.#userData(name, user, site),
        publicNets: [
          { ipv4Enabled: true, ipv4: numberOf(this.ipv4.id), ipv6Enabled: true, ipv6: numberOf(this.ipv6.id) },
        ],
        networks: [{ networkId: numberOf(site.network.id) }],
        firewallIds: [numberOf(site.firewall.id)],
        placementGroupId: numberOf(site.placementGroup.id),
        backups: args.backups ?? false,
        deleteProtection: protect,
        rebuildProtection: protect,
        shutdownBeforeDeletion: true,
        labels: site.labels("host"),
      },
      // What only counts at the first boot must not replace a server that members' services run on.
      {
        ...own,
        dependsOn: [site.subnet],
        ignoreChanges: ["userData", "image", "sshKeys"],
      },
    );
    this.server.status.apply((status) => {
      if (status === "off") log.warn(`${name} was switched off when it was last looked at: ${switchOn}`, this.server);
    });
    const ready = this.volume === undefined ? this.server : this.#attach(name, this.volume, own);
    this.provisioned = new DebianHost(
      name,
      {
        address: this.ipv4.ipAddress,
        user,
        hostKey: this.hostKey.publicKey,
        // As it is sold: a preview knows it, also of a server that is to be resized. What the kernel keeps of it is part of the reserve.
        ram: args.ram ?? choice.apply((chosen) => ("type" in chosen ? `${chosen.type.memory}GiB` : undefined)),
        reserve: args.reserve,
        patching: args.patching,
        unitFailures: args.unitFailures,
        labels: args.labels,
      },
      { parent: this, dependsOn: [ready], deletedWith: this.server },
    );
    this.registerOutputs({ address: this.ipv4.ipAddress, hostKey: this.hostKey.publicKey });
  }

  get declaration(): HostDeclaration {
    return this.provisioned.declaration;
  }

  get deletedWith(): CustomResourceOptions["deletedWith"] {
    return this.provisioned.deletedWith;
  }

  /** Secret: the private key of the host is in it. */
  #userData(hostname: string, user: string, site: HetznerSite): Output<string> {
    const { privateKey, publicKey } = this.hostKey;
    const device: Input<string | undefined> = this.volume?.linuxDevice;
    return secret(
      all([privateKey, publicKey, device, Object.values(site.hostmasters)]).apply(
        ([privateText, publicText, dataDevice, authorizedKeys]) =>
          renderUserData({
            hostname,
            hostKey: { privateKey: privateText, publicKey: publicText },
            user,
            authorizedKeys,
            dataDevice,
          }),
      ),
    );
  }

  #makeVolume(
    name: string,
    size: number,
    { site, location, protect = true }: HetznerHostArgs,
    opts: CustomResourceOptions,
  ) {
    const what = { name: `${name}-data`, size, location, format: "ext4", deleteProtection: protect };
    return new hcloud.Volume(`${name}-data`, { ...what, labels: site.labels("data") }, opts);
  }

  #attach(name: string, volume: hcloud.Volume, opts: CustomResourceOptions): hcloud.VolumeAttachment {
    const ids = { volumeId: numberOf(volume.id), serverId: numberOf(this.server.id) };
    return new hcloud.VolumeAttachment(`${name}-data`, ids, { ...opts, deletedWith: this.server });
  }
}

const switchOn = "unless it is on by now, switch it on in the project's console, or nothing can be done on it";

/** Never rejects: an API that cannot be asked is a problem as well. */
async function choose(site: HetznerSite, asked: { serverType: string; location: string }): Promise<Choice> {
  try {
    return chooseType(asked, await site.offer());
  } catch (error) {
    return { problem: `Hetzner's API cannot be asked: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** The API's ids are numbers; Pulumi's are text. */
const numberOf = (id: Output<string>): Output<number> => id.apply(Number);
