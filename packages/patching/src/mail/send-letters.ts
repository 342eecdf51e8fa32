import type { AllmendeError, SmtpSpec } from "@allmende/model";
import type { Letter } from "./letter.js";
import { messageOf } from "./message.js";
import { isCutOff, isRefusal, type SmtpAccess, smtpError } from "./smtp-errors.js";

export interface SendOptions {
  /** Of the login; needed when there is one. */
  readonly password?: string | undefined;
  /** Nothing more is sent once it is aborted. */
  readonly signal?: AbortSignal | undefined;
  /** For one mail, connecting included. */
  readonly deadlineMs?: number | undefined;
  /** Right before a mail is sent. */
  readonly onBegin?: ((letter: Letter) => void) | undefined;
  /** The server has taken it. */
  readonly onSent?: ((letter: Letter) => void) | undefined;
}

export interface SendResult {
  readonly sent: readonly Letter[];
  /** What the server would not take, each with the reason; the others went on. */
  readonly refused: readonly { readonly letter: Letter; readonly error: AllmendeError }[];
  /** Why it ended early; what is in neither list was not sent. */
  readonly failure?: AllmendeError | undefined;
}

/**
 * Sends letters one after the other over one connection. One that breaks in the middle is made once more for the same letter, with the same
 * Message-ID. Never rejects for what the server does; no error shows the password.
 */
export async function sendLetters(
  smtp: SmtpSpec,
  letters: readonly Letter[],
  options: SendOptions = {},
): Promise<SendResult> {
  const { signal, deadlineMs = 60_000 } = options;
  // Few runs send anything: who does not, need not load it.
  const { default: nodemailer } = await import("nodemailer");
  const access: SmtpAccess = { smtp, password: options.password };
  const transport = nodemailer.createTransport({
    pool: true,
    maxConnections: 1,
    maxMessages: Number.POSITIVE_INFINITY,
    maxRequeues: 0,
    host: smtp.host,
    port: smtp.port,
    secure: smtp.tls === "implicit",
    requireTLS: smtp.tls === "starttls",
    ignoreTLS: smtp.tls === "none",
    // Said in any case: NODE_TLS_REJECT_UNAUTHORIZED in somebody's environment decides nothing here.
    tls: { rejectUnauthorized: smtp.isVerified, minVersion: "TLSv1.2", ...(smtp.ca !== undefined && { ca: smtp.ca }) },
    ...(smtp.login && { auth: { user: smtp.login.user, pass: options.password ?? "" } }),
    connectionTimeout: deadlineMs,
    greetingTimeout: deadlineMs,
    socketTimeout: deadlineMs,
    dnsTimeout: deadlineMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const sent: Letter[] = [];
  const refused: { letter: Letter; error: AllmendeError }[] = [];
  try {
    for (const letter of letters) {
      if (signal?.aborted) break;
      options.onBegin?.(letter);
      try {
        const send = async () => await within(transport.sendMail(messageOf(letter)), deadlineMs);
        await send().catch(async (error: unknown) => {
          if (!isCutOff(error)) throw error;
          await send();
        });
      } catch (error) {
        const explained = smtpError(error, access);
        if (!isRefusal(error)) return { sent, refused, failure: explained };
        refused.push({ letter, error: explained });
        continue;
      }
      sent.push(letter);
      options.onSent?.(letter);
    }
    return { sent, refused };
  } finally {
    // A server that stalls in the middle of an answer is not waited for.
    transport.close({ force: true });
  }
}

/** A server that sends a byte now and then keeps every timeout of a socket quiet, but not this one. */
async function within(promise: Promise<unknown>, deadlineMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    const error = Object.assign(new Error(`no answer within ${deadlineMs / 1000} s`), { code: "ETIMEDOUT" });
    timer = setTimeout(() => reject(error), deadlineMs);
  });
  promise.catch(() => {}); // Ends late, after the deadline: said already.
  try {
    await Promise.race([promise, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
