import type { Language } from "./language.js";

/** Who is told by e-mail, from whom, over which server: the normalised shape of mail.yaml. */
export interface MailSpec {
  readonly from: { readonly name: string; readonly address: string };
  /** Where members ask. */
  readonly questions: string;
  /** At least one. */
  readonly hostmasters: readonly string[];
  /** Of mails to hostmasters, and to members who have none. */
  readonly language: Language;
  readonly smtp: SmtpSpec;
}

export interface SmtpSpec {
  readonly host: string;
  readonly port: number;
  /** `starttls` is required of the server, not only tried. */
  readonly tls: "starttls" | "implicit" | "none";
  /** Whether the certificate is checked. */
  readonly isVerified: boolean;
  /** PEM; undefined: public authorities. */
  readonly ca?: string | undefined;
  /** `passwordConfig`: name of the password in Pulumi's configuration. */
  readonly login?: { readonly user: string; readonly passwordConfig: string } | undefined;
}
