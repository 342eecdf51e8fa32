import { type Input, output, ProviderResource, type ResourceOptions, secret } from "@pulumi/pulumi";

/** How hosts are reached. */
export interface ProviderArgs {
  /** Socket of an SSH agent. Default: `SSH_AUTH_SOCK`; an empty text means none. */
  agent?: Input<string> | undefined;
  /** Path of a private key for the login. */
  privateKeyFile?: Input<string> | undefined;
  /** A private key itself: always kept as a secret. */
  privateKey?: Input<string> | undefined;
  /** Passphrase of the private key: always kept as a secret. */
  passphrase?: Input<string> | undefined;
  /** Where `pulumi import` finds host keys. Default: `~/.ssh/known_hosts`. */
  knownHostsFile?: Input<string> | undefined;
  /** How long to try to reach a host, e.g. `"2m"`. Default: `"60s"`. */
  connectDeadline?: Input<string> | undefined;
}

/**
 * An own configuration of the plugin, for stacks whose hosts do not all take the same key. Without one, the stack's
 * configuration counts: `pulumi config set allmende:privateKeyFile …`.
 */
export class Provider extends ProviderResource {
  constructor(name: string, args: ProviderArgs = {}, opts?: ResourceOptions) {
    const { privateKey, passphrase } = args;
    const secrets = {
      privateKey: privateKey === undefined ? undefined : secret(output(privateKey)),
      passphrase: passphrase === undefined ? undefined : secret(output(passphrase)),
    };
    super("allmende", name, { ...args, ...secrets }, opts);
  }
}
