import { fileURLToPath } from "node:url";
import { type HetznerInput, type LoadedInventory, replaceSecretReferences } from "@allmende/model";
import { loadInventoryWithRequests, type RequestedInventory } from "@allmende/requests";
import { ComponentResource, type ComponentResourceOptions, Config, type Resource, RunError } from "@pulumi/pulumi";
import { DebianHost, type DebianHostArgs, type ServiceHost } from "./debian-host.js";
import { inventoryError } from "./inventory-error.js";
import { readInventoryFolder } from "./inventory-folder.js";
import { checkSecrets, withPassword } from "./inventory-secrets.js";
import { type MadeSecrets, readMadeSecrets } from "./made-secrets.js";
import { Member } from "./member.js";
import { Service } from "./service.js";
import type { ContainerArgs } from "./service-args.js";
import { withoutWaiting } from "./waiting.js";

export interface CommonsArgs {
  /** Folder with `hosts.yaml`, `members/NAME.yaml`, `services/NAME.yaml` and `requests/ID.yaml`; relative paths start where the program runs. */
  inventory: string | URL;
  /** Where `{ config: name }` in a service's secrets is looked up. Default: the project's configuration. */
  config?: Config | undefined;
  /** Where hosts with `hetzner` in `hosts.yaml` are made: a `HetznerSite` of `@allmende/components/hetzner`. */
  hetzner?: CloudSite | undefined;
  /**
   * By host: what takes it along when it is deleted (the server it is on). Everything on the host then counts as deleted
   * with that, and nobody tries to reach a host that is gone.
   */
  deletedWith?: Readonly<Record<string, Resource>> | undefined;
}

/** What makes hosts that are not there yet. */
export interface CloudSite {
  host(
    name: string,
    args: HetznerInput & Pick<DebianHostArgs, "ram" | "reserve" | "patching" | "unitFailures" | "labels">,
    opts?: ComponentResourceOptions,
  ): ServiceHost;
}

/**
 * A whole inventory folder as resources: its hosts, an account for every member on each host where a service of theirs
 * runs (`anna-web1`), and the services. Everything wrong with the files is said at once, with file, line and column.
 *
 *     const commons = new Commons("lab", { inventory: "./inventory" });
 *     export const blog = commons.services["anna-blog"].url;
 */
export class Commons extends ComponentResource {
  /** By name in `hosts.yaml`. */
  readonly hosts: Readonly<Record<string, DebianHost>>;
  /** By resource name: `anna-web1`. */
  readonly members: Readonly<Record<string, Member>>;
  /** By name of the service's file. */
  readonly services: Readonly<Record<string, Service>>;

  constructor(name: string, args: CommonsArgs, opts?: ComponentResourceOptions) {
    const { config = new Config(), deletedWith = {} } = args;
    // First: with a mistake in a file, nothing at all is registered.
    const { inventory, made } = loadFolder(args.inventory, config);
    const { inputs, members } = inventory;
    if (args.hetzner === undefined) refuseCloudHosts(inputs.hosts);
    super("allmende:index:Commons", name, {}, opts);

    const hosts = new Map<string, ServiceHost>();
    const unitFailures = withPassword(inputs.unitFailures, config);
    for (const { name: hostName, hetzner, address, ...hostArgs } of inputs.hosts) {
      const taken = deletedWith[hostName];
      const made = hetzner && args.hetzner?.host(hostName, { ...hetzner, ...hostArgs, unitFailures }, { parent: this });
      const isThere = { address: address as string, ...hostArgs, unitFailures };
      const opts = { parent: this, ...(taken && { deletedWith: taken }) };
      hosts.set(hostName, made ?? new DebianHost(hostName, isThere, opts));
    }
    const accounts = new Map<string, Member>();
    const services = new Map<string, Service>();
    for (const service of inOrder(inputs.services)) {
      const { name: serviceName, member: owner, host: on, ...container } = service;
      const host = hosts.get(on);
      const person = members.find((each) => each.name === owner);
      if (host === undefined || person === undefined)
        throw new Error(`${serviceName} was checked, but its owner or host is missing.`);
      const accountName = `${owner}-${on}`;
      const member = accounts.get(accountName) ?? new Member(accountName, { host, ...person }, { parent: this });
      accounts.set(accountName, member);
      const resolved = replaceSecretReferences(
        container,
        (key) => made.find(key) ?? config.requireSecret(key),
      ) as ContainerArgs;
      services.set(serviceName, new Service(serviceName, { member, ...resolved }, { parent: this }));
    }
    this.hosts = Object.fromEntries([...hosts].map(([key, { provisioned }]) => [key, provisioned]));
    this.members = Object.fromEntries(accounts);
    this.services = Object.fromEntries(services);
    this.registerOutputs({
      hosts: Object.fromEntries([...hosts].map(([key, { declaration }]) => [key, declaration.address])),
      services: Object.fromEntries([...services].map(([key, { url }]) => [key, url])),
      ...(made.kept && { madeSecrets: made.kept }),
    });
  }
}

/** Each service after those that it waits for; there is no circle in what was checked. */
function inOrder(services: LoadedInventory["inputs"]["services"]): LoadedInventory["inputs"]["services"] {
  const ordered = new Set<(typeof services)[number]>();
  const add = (service: (typeof services)[number]) => {
    if (ordered.has(service)) return;
    const names = service.after ?? [];
    for (const other of services) if (names.includes(other.name) && other.host === service.host) add(other);
    ordered.add(service);
  };
  for (const service of services) add(service);
  return [...ordered];
}

/** The inventory, complete and without a mistake. Throws RunError with everything that is wrong. */
function loadFolder(
  inventory: string | URL,
  config: Config,
): { readonly inventory: RequestedInventory; readonly made: MadeSecrets } {
  const folder = inventory instanceof URL ? fileURLToPath(inventory) : inventory;
  const files = withoutWaiting(folder, readInventoryFolder(folder));
  const loaded = loadInventoryWithRequests(folder, files, Date.now());
  if (!loaded.ok) throw inventoryError(folder, loaded.findings);
  const made = readMadeSecrets(config, loaded.value);
  const missing = checkSecrets(loaded.value, files, made.find);
  if (missing.length > 0) throw inventoryError(folder, missing);
  return { inventory: loaded.value, made };
}

/** Without a place to make them, hosts that are to be made cannot be. */
function refuseCloudHosts(hosts: LoadedInventory["inputs"]["hosts"]): void {
  const names = hosts.filter(({ hetzner }) => hetzner !== undefined).map(({ name }) => name);
  if (names.length === 0) return;
  throw new RunError(
    `${names.join(", ")} in hosts.yaml is to be made at Hetzner: give Commons a HetznerSite of @allmende/components/hetzner as "hetzner".`,
  );
}
