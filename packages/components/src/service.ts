import { CustomResource, type CustomResourceOptions, mergeOptions, type Output, output } from "@pulumi/pulumi";
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
    super("allmende:index:Service", name, inputs, mergeOptions({ deletedWith, ...opts }, { dependsOn: [member] }));
    const { ports, health } = own;
    this.url = output({ address: host.address, ports, health }).apply((known) => serviceUrl(known));
  }
}
