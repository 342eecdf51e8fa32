import type { Language } from "@allmende/model";
import { CustomResource, type CustomResourceOptions, type Input, mergeOptions, type Output } from "@pulumi/pulumi";
import type { ServiceHost } from "./debian-host.js";
import type { LiveState } from "./observed.js";

export interface MemberArgs {
  /** The host that the account is on. A member with services on several hosts has an account on each. */
  host: ServiceHost;
  /** The cooperative's member number, from which user and group ids are computed: the same on every host, for ever. */
  number: Input<number>;
  /** Linux user name and DNS label. Default: the resource's name. */
  name?: Input<string> | undefined;
  /** Where the member is told of patch windows. A change touches nothing on the host. */
  email?: Input<string> | undefined;
  /** Language of mails to the member. A change touches nothing on the host. */
  language?: Input<Language> | undefined;
  /** Public key for age (`age1…`), to which generated passwords are encrypted. A change touches nothing on the host. */
  ageRecipient?: Input<string> | undefined;
}

/** A member as services are told about them. */
export interface MemberReference {
  name: Input<string>;
  number: Input<number>;
}

/**
 * A member's account on a host: user, subordinate ids, systemd manager and slice.
 *
 *     const anna = new Member("anna", { host: web1, number: 1042 });
 */
export class Member extends CustomResource {
  /** Linux user name. */
  declare readonly name: Output<string>;
  declare readonly number: Output<number>;
  /** Digest of every file that belongs to it on the host, by path. */
  declare readonly digests: Output<Record<string, string>>;
  declare readonly live: Output<LiveState>;
  /** The host the account is on. */
  readonly on: ServiceHost;
  /** What was declared: known at preview. */
  readonly reference: MemberReference;

  constructor(name: string, args: MemberArgs, opts?: CustomResourceOptions) {
    const reference = { name: args.name ?? name, number: args.number };
    const { declaration, deletedWith } = args.host;
    const { email, language, ageRecipient } = args;
    const inputs = {
      ...reference,
      ...{ email, language, ageRecipient, host: declaration },
      ...{ digests: undefined, live: undefined },
    };
    super(
      "allmende:index:Member",
      name,
      inputs,
      mergeOptions({ deletedWith, ...opts }, { dependsOn: [args.host.provisioned] }),
    );
    this.on = args.host;
    this.reference = reference;
  }
}
