import { CustomResource, type CustomResourceOptions, type Input, type Output } from "@pulumi/pulumi";

export interface HostKeyArgs {
  /** Name of the host: a comment in the key. Default: the resource's name. */
  name?: Input<string> | undefined;
  /** What its server cannot change without being replaced. A change is refused at preview, unless `protect` is off. */
  binding?: Input<Record<string, Input<string>>> | undefined;
  /** Refuse changes of `binding`. Default: true. */
  protect?: Input<boolean> | undefined;
  /** Why its server cannot be had: then it is refused at preview, with this text. */
  problem?: Input<string | undefined> | undefined;
}

/** A host's SSH key that is made before the host: kept in the state, its private part as a secret. */
export class HostKey extends CustomResource {
  /** What connections are checked against: `ssh-ed25519 AAAA…`. */
  declare readonly publicKey: Output<string>;
  /** What only the server may have: a secret. */
  declare readonly privateKey: Output<string>;

  constructor(name: string, args: HostKeyArgs = {}, opts?: CustomResourceOptions) {
    const inputs = { ...args, name: args.name ?? name, publicKey: undefined, privateKey: undefined };
    super("allmende:index:HostKey", name, inputs, opts);
  }
}
