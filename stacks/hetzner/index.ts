import { Commons } from "@allmende/components";
import { HetznerSite } from "@allmende/components/hetzner";
import { Config } from "@pulumi/pulumi";

const config = new Config();

/** What the hosts share: private network, firewall, placement group, SSH keys. */
const site = new HetznerSite("site", {
  cooperative: config.require("cooperative"),
  hostmasters: config.requireObject("hostmasters"),
  sshFrom: config.requireObject("sshFrom"),
  // Only of a second stack in the same project: names of the keys that the first one has registered.
  sshKeys: config.getObject<string[]>("sshKeys"),
});

/** Hosts, members and services are the YAML files in ./inventory: one file per thing. */
const commons = new Commons("hetzner", { inventory: "./inventory", hetzner: site });

/** Where each host is. */
export const addresses = Object.fromEntries(Object.entries(commons.hosts).map(([name, host]) => [name, host.address]));
