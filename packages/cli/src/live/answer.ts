import { connect } from "node:net";
import type { ServiceAddress } from "./address.js";

/** What a service said when asked like a client would. */
export interface Answer {
  readonly ok: boolean;
  /** `200 OK: <h1>Anna's blog`, or why there is none. */
  readonly text: string;
  readonly durationMs: number;
}

/** Asks a service over its published port. Never rejects. */
export async function askService(
  address: ServiceAddress,
  options: { timeoutMs?: number; signal?: AbortSignal } = {},
): Promise<Answer> {
  const timeout = AbortSignal.timeout(options.timeoutMs ?? 10_000);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  const startedAt = Date.now();
  try {
    const { ok, text } = address.kind === "http" ? await askHttp(address, signal) : await askTcp(address, signal);
    return { ok, text, durationMs: Date.now() - startedAt };
  } catch (error) {
    const reason = timeout.aborted ? "no answer in time" : reasonOf(error);
    return { ok: false, text: reason, durationMs: Date.now() - startedAt };
  }
}

async function askHttp(address: ServiceAddress, signal: AbortSignal): Promise<{ ok: boolean; text: string }> {
  const response = await fetch(new URL(address.path, address.url), { signal, redirect: "manual" });
  const words = readableText(await response.text());
  return { ok: response.status < 400, text: `${response.status}${words === "" ? "" : ` ${words}`}` };
}

/** The first words of a page that a person would see: its title, or its text. */
export function readableText(body: string, longest = 48): string {
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(body)?.[1];
  const text = (title ?? body.replace(/<(script|style)\b.*?<\/\1>/gis, " ").replace(/<[^>]*>/g, " "))
    .replace(/\s+/g, " ")
    .trim();
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}

async function askTcp(address: ServiceAddress, signal: AbortSignal): Promise<{ ok: boolean; text: string }> {
  const message = address.kind === "postgres" ? postgresStartup("postgres") : undefined;
  const reply = await new Promise<Buffer>((resolve, reject) => {
    const socket = connect({ host: address.address, port: address.port });
    const abort = () => socket.destroy(new Error("no answer in time"));
    signal.addEventListener("abort", abort, { once: true });
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("the connection was closed without an answer")));
    socket.once("connect", () => (message ? socket.write(message) : resolve(Buffer.alloc(0))));
    socket.once("data", resolve);
    socket.once("data", () => socket.destroy());
    if (!message) socket.once("connect", () => socket.destroy());
  });
  return message ? describePostgres(reply) : { ok: true, text: "accepts connections" };
}

/** PostgreSQL's StartupMessage, protocol 3.0: what every client sends first. */
export function postgresStartup(user: string): Buffer {
  const parameters = Buffer.from(`user\0${user}\0database\0postgres\0\0`);
  const head = Buffer.alloc(8);
  head.writeInt32BE(8 + parameters.length, 0);
  head.writeInt32BE(196_608, 4);
  return Buffer.concat([head, parameters]);
}

/** What the server's first message means: it asks for a password (so it is up), lets us in, or says what is wrong. */
export function describePostgres(reply: Buffer): { ok: boolean; text: string } {
  const kind = String.fromCharCode(reply[0] ?? 0);
  if (kind === "R" && reply.length >= 9) {
    const methods: Record<number, string> = {
      0: "lets us in",
      3: "asks for a password",
      5: "asks for a password (MD5)",
      10: "asks for a password (SCRAM)",
    };
    return { ok: true, text: `PostgreSQL ${methods[reply.readInt32BE(5)] ?? "asks who we are"}` };
  }
  if (kind === "E") {
    const fields = reply.subarray(5).toString("utf8").split("\0");
    const code = fields.find((field) => field.startsWith("C"))?.slice(1) ?? "";
    const message = fields.find((field) => field.startsWith("M"))?.slice(1) ?? "error";
    // Class 28 refuses a login and 3D an unknown database: a server that is up says so. 57P03: it is still starting.
    return { ok: code.startsWith("28") || code.startsWith("3D"), text: `PostgreSQL: ${message}` };
  }
  return { ok: false, text: "something answers that is not PostgreSQL" };
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = (cause as NodeJS.ErrnoException)?.code;
  const words: Record<string, string> = {
    ECONNREFUSED: "connection refused",
    ECONNRESET: "connection reset",
    EHOSTUNREACH: "host unreachable",
    UND_ERR_SOCKET: "the connection was closed without an answer",
  };
  return (code && words[code]) || (cause instanceof Error ? cause.message : String(cause));
}
