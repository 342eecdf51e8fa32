import { listOf, object, type Properties } from "./property.js";

export const connection: Properties = {
  address: {
    type: "string",
    required: true,
    description: "DNS name or IP address. Not part of the host's identity: it may change at any time.",
    effect: "record",
  },
  port: { type: "integer", description: "TCP port of sshd. Default: 22.", effect: "record" },
  user: {
    type: "string",
    description: "Login name. Default: `root`; anybody else needs `sudo` without a password.",
    effect: "record",
  },
  hostKey: {
    type: "string",
    description:
      "Public host key as in a `.pub` file, e.g. `ssh-ed25519 AAAA…`. Required (this or `hostKeys`): there is no trust on first use.",
    effect: "record",
  },
};

export const hostKeys: Properties = {
  hostKeys: {
    type: listOf("string"),
    description:
      "Several public host keys, any of which is accepted; instead of `hostKey`, e.g. while keys are rotated.",
    effect: "record",
  },
};

/** What members and services are told about their host. Not labels, patching and unitFailures: to change them must concern no service. */
export const hostProperties: Properties = {
  name: { type: "string", required: true, description: "The host's name in the inventory.", effect: "replace" },
  ...connection,
  ...hostKeys,
  bastion: { type: object("Bastion"), description: "A host to connect through.", effect: "record" },
  ram: {
    type: "string",
    description: "RAM of the host, e.g. `3584MiB`. Default: what the host itself reports.",
    effect: "record",
  },
  reserve: {
    type: "string",
    required: true,
    description: "RAM that is never sold: kept for the kernel, sshd, journald. E.g. `512MiB`.",
    effect: "record",
  },
};
