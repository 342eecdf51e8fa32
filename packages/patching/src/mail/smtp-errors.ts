import { type AllmendeError, ConnectError, type SmtpSpec, UserError } from "@allmende/model";
import type { NodemailerError } from "nodemailer";
import { oneLine } from "./letter.js";

export interface SmtpAccess {
  readonly smtp: SmtpSpec;
  readonly password: string | undefined;
}

/** Whether the server said no to one mail alone, so that others may follow. */
export function isRefusal(error: unknown): boolean {
  const { code, responseCode } = error as NodemailerError;
  // 421: the server is about to hang up.
  return (code === "EENVELOPE" || code === "EMESSAGE") && responseCode !== undefined && responseCode !== 421;
}

/** Whether a connection that was there broke; the pool opens another one. */
export function isCutOff(error: unknown): boolean {
  const { code, syscall } = error as NodemailerError & { readonly syscall?: string };
  return (code === "ECONNECTION" || code === "ESOCKET") && syscall !== "connect" && !isCertificate(error);
}

/**
 * What went wrong between us and an SMTP server, in words for hostmasters: UserError `smtp-login-refused`, ConnectError `smtp-unreachable`,
 * `smtp-timeout`, `smtp-tls`, `smtp-no-starttls`, `smtp-refused`, `smtp-failed`. The library's error is left out: what it carries may hold the password.
 */
export function smtpError(error: unknown, access: SmtpAccess): AllmendeError {
  const { smtp } = access;
  const concerns = `${smtp.host}:${smtp.port}`;
  const { code = "", responseCode, message, response } = error as NodemailerError;
  const said = withoutPassword(oneLine(response ?? message ?? String(error)), access).slice(0, 300);
  const connect = (kind: string, words: string, nextStep: string) =>
    new ConnectError(words, { code: kind, concerns, nextStep });
  const file = "inventory/mail.yaml";
  if (code === "EAUTH" || code === "ENOAUTH") {
    // Nothing of the answer but its number: servers have been seen that repeat what they were sent.
    const number = responseCode === undefined ? "" : ` (${responseCode})`;
    return new UserError(`the SMTP server ${concerns} refuses the login of ${smtp.login?.user ?? "nobody"}${number}`, {
      code: "smtp-login-refused",
      concerns,
      nextStep:
        smtp.login === undefined
          ? `it wants a login: add user and password to smtp in ${file}`
          : `set the password anew: pulumi config set --secret ${smtp.login.passwordConfig}`,
    });
  }
  if (isRefusal(error))
    return connect(
      "smtp-refused",
      `the SMTP server ${concerns} refuses the mail: ${said}`,
      "correct the address, or ask whoever runs the server",
    );
  if (code === "ETIMEDOUT")
    return connect(
      "smtp-timeout",
      `the SMTP server ${concerns} does not answer in time: ${said}`,
      `try again, or correct host and port of smtp in ${file}`,
    );
  if (code === "ETLS" && /STARTTLS/i.test(message) && !isCertificate(error))
    return connect(
      "smtp-no-starttls",
      `the SMTP server ${concerns} offers no STARTTLS: nothing was sent`,
      `use the port for mail clients (587), or tls: implicit with 465, in ${file}`,
    );
  if (code === "ETLS" || isCertificate(error))
    return connect(
      "smtp-tls",
      `no secure connection to the SMTP server ${concerns}: ${said}`,
      `correct host, or give the certificate of your own authority as ca, in smtp of ${file}`,
    );
  if (code === "ESOCKET" || code === "EDNS" || code === "ECONNECTION")
    return connect(
      "smtp-unreachable",
      `no connection to the SMTP server ${concerns}: ${said}`,
      `check that it runs, and host, port and tls of smtp in ${file}`,
    );
  return connect(
    "smtp-failed",
    `the SMTP server ${concerns} did not take the mail: ${said}`,
    "ask whoever runs the server",
  );
}

function isCertificate(error: unknown): boolean {
  const { message = "" } = error as Error;
  return /certificate|altnames|self-signed|unable to verify|wrong version number|SSL routines/i.test(message);
}

/** The password, and the ways in which logins write it, replaced. */
function withoutPassword(text: string, { smtp, password = "" }: SmtpAccess): string {
  if (password === "") return text;
  const encoded = [password, `\0${smtp.login?.user}\0${password}`].map((each) => Buffer.from(each).toString("base64"));
  return [password, ...encoded].reduce((shown, secret) => shown.replaceAll(secret, "[password]"), text);
}
