import * as hcloud from "@pulumi/hcloud";
import { ComponentResource, type ComponentResourceOptions, getProject, getStack, type Input } from "@pulumi/pulumi";
import type { CloudSite } from "../commons.js";
import { HetznerHost, type HetznerHostArgs } from "./host.js";
import type { Offer } from "./offer.js";

export interface HetznerSiteArgs {
  /** Whose it is: the label `cooperative` of everything that is made. Letters, digits, `-`, `_`, `.`. */
  cooperative: string;
  /** Public keys of those who may log in, by name: `{ anna: "ssh-ed25519 AAAA…" }`. */
  hostmasters: Readonly<Record<string, Input<string>>>;
  /** Networks from which SSH is allowed, e.g. `["203.0.113.7/32"]`: from nowhere else. */
  sshFrom: Input<Input<string>[]>;
  /**
   * Names of SSH keys that the project has already, in place of registering the hostmasters': a project takes a key only once, so that
   * of two stacks in one project the second one names what the first has made.
   */
  sshKeys?: readonly string[] | undefined;
  /** Range of the private network. Default: `10.0.0.0/16`. */
  ipRange?: string | undefined;
  /** Zone of the private network: its hosts are in locations of that zone. Default: `eu-central`. */
  networkZone?: string | undefined;
}

/**
 * What the hosts of a stack share at Hetzner: private network, firewall, placement group and SSH keys.
 *
 *     const site = new HetznerSite("coop", {
 *       cooperative: "example", hostmasters: { anna: "ssh-ed25519 AAAA…" }, sshFrom: ["203.0.113.7/32"],
 *     });
 *     const web3 = new HetznerHost("web3", { site, serverType: "cx33", location: "fsn1", reserve: "512MiB" });
 */
export class HetznerSite extends ComponentResource implements CloudSite {
  readonly network: hcloud.Network;
  readonly subnet: hcloud.NetworkSubnet;
  readonly firewall: hcloud.Firewall;
  readonly placementGroup: hcloud.PlacementGroup;
  /** Names of the SSH keys that new servers get. */
  readonly sshKeys: readonly Input<string>[];
  readonly hostmasters: HetznerSiteArgs["hostmasters"];
  readonly #cooperative: string;
  #offer: Promise<Offer> | undefined;

  constructor(name: string, args: HetznerSiteArgs, opts?: ComponentResourceOptions) {
    super("allmende:index:HetznerSite", name, {}, opts);
    this.#cooperative = args.cooperative;
    this.hostmasters = args.hostmasters;
    const { ipRange = "10.0.0.0/16", networkZone = "eu-central" } = args;
    // Names are unique in a project, and several stacks may share one.
    const named = (what: string) => ({ name: `${getProject()}-${getStack()}-${what}`, labels: this.labels(what) });
    const own = { parent: this };
    this.network = new hcloud.Network(`${name}-network`, { ...named("network"), ipRange }, own);
    this.subnet = new hcloud.NetworkSubnet(
      `${name}-subnet`,
      { networkId: this.network.id.apply(Number), type: "cloud", networkZone, ipRange },
      own,
    );
    this.firewall = new hcloud.Firewall(`${name}-firewall`, { ...named("firewall"), rules: rules(args.sshFrom) }, own);
    this.placementGroup = new hcloud.PlacementGroup(`${name}-spread`, { ...named("spread"), type: "spread" }, own);
    const register = ([hostmaster, publicKey]: [string, Input<string>]) =>
      new hcloud.SshKey(`${name}-${hostmaster}`, { ...named(hostmaster), publicKey }, own).name;
    this.sshKeys = args.sshKeys ?? Object.entries(args.hostmasters).map(register);
    this.registerOutputs({ network: this.network.name, firewall: this.firewall.name });
  }

  /** A host at this site. */
  host(name: string, args: Omit<HetznerHostArgs, "site">, opts?: ComponentResourceOptions): HetznerHost {
    return new HetznerHost(name, { ...args, site: this }, opts);
  }

  /** Labels of what plays this role. */
  labels(role: string): Record<string, string> {
    return { cooperative: this.#cooperative, project: getProject(), stack: getStack(), role };
  }

  /** What can be ordered; asked for once. */
  offer(): Promise<Offer> {
    this.#offer ??= Promise.all([hcloud.getServerTypes({ parent: this }), hcloud.getLocations({ parent: this })]).then(
      ([{ serverTypes }, { names }]) => ({ types: serverTypes, locations: names }),
    );
    return this.#offer;
  }
}

/** SSH from where it was declared, the web from everywhere; all else is closed. */
function rules(sshFrom: Input<Input<string>[]>) {
  const everywhere = ["0.0.0.0/0", "::/0"];
  const incoming = { direction: "in", protocol: "tcp" };
  return [
    { ...incoming, port: "22", sourceIps: sshFrom, description: "SSH for hostmasters" },
    { ...incoming, port: "80", sourceIps: everywhere, description: "HTTP" },
    { ...incoming, port: "443", sourceIps: everywhere, description: "HTTPS" },
  ];
}
