import type { Language } from "@allmende/model";
import type { Input } from "@pulumi/pulumi";

/** How a host tells its hostmasters by e-mail of units that fail. Nothing of it has a default: it is the cooperative's policy. */
export interface UnitFailuresArgs {
  from: Input<{ name: Input<string>; address: Input<string> }>;
  /** Addresses that get the mails. */
  hostmasters: Input<Input<string>[]>;
  language: Input<Language>;
  smtp: Input<SmtpArgs>;
  /** Between two mails of the host, e.g. `"15m"`. What fails meanwhile is counted, and named in the next. */
  atMostEvery: Input<string>;
  /** How long after a mail the same unit is no reason for another, e.g. `"6h"`. */
  sameUnitEvery: Input<string>;
  /** So many last lines of a failed system unit's log are in the mail; of members' services none ever is. */
  logLines: Input<number>;
}

interface SmtpArgs {
  /** As the server's certificate has it. */
  host: Input<string>;
  port: Input<number>;
  tls: Input<"starttls" | "starttls-unverified" | "implicit" | "implicit-unverified" | "none">;
  /** Authority that signed the server's certificate, in PEM. Default: public ones. */
  ca?: Input<string> | undefined;
  user?: Input<string> | undefined;
  /** Give it as a Pulumi secret: `config.requireSecret("smtpPassword")`. It is kept as one in any case. */
  password?: Input<string> | undefined;
}
