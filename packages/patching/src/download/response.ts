import type { CopyNote } from "./kept-copy.js";

/** How long and how much of a request is waited for. */
export interface RequestLimits {
  readonly signal?: AbortSignal | undefined;
  /** For all of it, redirects and body included. */
  readonly timeoutMs?: number | undefined;
  readonly maximumBytes?: number | undefined;
}

/** Headers that ask whether a copy is still the same. */
export function conditions({ etag, lastModified }: Partial<CopyNote> = {}): Record<string, string> {
  return { ...(etag && { "if-none-match": etag }), ...(lastModified && { "if-modified-since": lastModified }) };
}

/** What a server said by which a copy can be recognised. */
export function marksOf({ headers }: Response): Pick<CopyNote, "etag" | "lastModified"> {
  const [etag, lastModified] = [headers.get("etag"), headers.get("last-modified")];
  return { ...(etag !== null && { etag }), ...(lastModified !== null && { lastModified }) };
}

/** Throws when there is more, as soon as there is. */
export async function readBody(response: Response, maximumBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > maximumBytes) throw new Error(`it is larger than ${maximumBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** A login in an address goes into a header: addresses are shown. */
export function takeLogin(url: URL): Record<string, string> {
  const { username, password } = url;
  if (username === "" && password === "") return {};
  url.username = "";
  url.password = "";
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}

/** fetch hides what went wrong behind "fetch failed". */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return "it takes too long";
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}
