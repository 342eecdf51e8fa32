import type { Input } from "@pulumi/pulumi";

/** How a host, or a bastion in front of it, is reached over SSH. */
export interface ConnectionArgs {
  /** DNS name or IP address. Not part of the host's identity: it may change at any time. */
  address: Input<string>;
  /** TCP port of sshd. Default: 22. */
  port?: Input<number> | undefined;
  /** Login name. Default: `root`; anybody else needs `sudo` without a password. */
  user?: Input<string> | undefined;
  /** Public host key as in a `.pub` file: `ssh-ed25519 AAAA…`. This or `hostKeys`: there is no trust on first use. */
  hostKey?: Input<string> | undefined;
  /** Several public host keys, any of which is accepted; instead of `hostKey`, e.g. while keys are rotated. */
  hostKeys?: Input<Input<string>[]> | undefined;
}

/** What can be declared of a host beside its name. */
export interface HostArgs extends ConnectionArgs {
  /** A host to connect through. It needs no Allmende. */
  bastion?: Input<ConnectionArgs> | undefined;
  /** RAM of the host, e.g. `"3584MiB"`. Default: what the host itself reports. */
  ram?: Input<string | undefined> | undefined;
  /** RAM that is never sold: kept for the kernel, sshd, journald. E.g. `"512MiB"`. */
  reserve: Input<string>;
}

/** A host as members and services on it are told about it: what was declared, so that a preview knows it. */
export interface HostDeclaration extends HostArgs {
  name: Input<string>;
}
