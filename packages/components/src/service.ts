import { CustomResource, type CustomResourceOptions, mergeOptions, type Output, output } from "@pulumi/pulumi";
import type { Member } from "./member.js";
import type { LiveState } from "./observed.js";
import type { ServiceArgs } from "./service-args.js";
import { serviceUrl } from "./service-url.js";

/**
 * A member's service: one rootless container, started by systemd, with RAM of its own.
 *
 *     new Service("anna-blog", {
 *       member: anna, image: "registry.example.org/blog:1.4", ram: "128MiB",
 *       ports: { web: 8080 }, health: { http: "/", port: "web" },
 *     });
 *
 * It is changed after the services that `after` names, where the program has made these already, and deleted before them:
 * otherwise a change could reach its host in a transaction of its own, before there is what it waits for.
 */
export class Service extends CustomResource {
  /** Unit, container and DNS name. */
  declare readonly name: Output<string>;
  declare readonly image: Output<string>;
  declare readonly ram: Output<string>;
  /** Digest of every file that belongs to it on the host, by path. */
  declare readonly digests: Output<Record<string, string>>;
  declare readonly live: Output<LiveState>;
  /** Where its web port answers on the host; undefined for a service without one. */
  readonly url: Output<string | undefined>;

  constructor(name: string, args: ServiceArgs, opts?: CustomResourceOptions) {
    const { member, ...own } = args;
    const host = member.on.declaration;
    const inputs = {
      ...own,
      name: args.name ?? name,
      member: member.reference,
      host,
      digests: undefined,
      live: undefined,
    };
    const { deletedWith } = member.on;
    const dependsOn = [member, ...madeBefore(member, args.after)];
    super("allmende:index:Service", name, inputs, mergeOptions({ deletedWith, ...opts }, { dependsOn }));
    if (typeof inputs.name === "string") servicesOf(member).set(inputs.name, this);
    const { ports, health } = own;
    this.url = output({ address: host.address, ports, health }).apply((known) => serviceUrl(known));
  }
}

const services = new WeakMap<Member, Map<string, Service>>();

/** The services that the program has made for an account so far, by their name on the host. */
function servicesOf(member: Member): Map<string, Service> {
  const known = services.get(member) ?? new Map<string, Service>();
  services.set(member, known);
  return known;
}

function madeBefore(member: Member, after: ServiceArgs["after"]): Service[] {
  const names: unknown[] = Array.isArray(after) ? after : [];
  return names.flatMap((name) => servicesOf(member).get(name as string) ?? []);
}
