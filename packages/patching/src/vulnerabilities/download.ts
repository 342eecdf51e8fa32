import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { noData } from "./data-error.js";
import { maximumDataBytes, type OriginData } from "./origin.js";

export interface DownloadOptions {
  /** Where copies lie. */
  readonly cacheDirectory: string;
  readonly signal?: AbortSignal | undefined;
  /** For all of it, not only until it begins. */
  readonly timeoutMs?: number | undefined;
  readonly maximumBytes?: number | undefined;
}

/** What is known of a copy; its digest proves that both belong together and are whole. */
interface CopyNote {
  readonly sha256: string;
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
  readonly date: string;
  readonly dateIs: "server" | "download";
}

interface Copy {
  readonly note: CopyNote;
  readonly bytes: Buffer;
}

/**
 * Fetches an address, or takes its copy when the server says that it is still the same. When the server cannot be asked, the copy is taken
 * and `staleBecause` says so. Throws UserError `no-vulnerabilities` when there is neither.
 */
export async function download(address: string, options: DownloadOptions): Promise<OriginData> {
  const url = new URL(address);
  const authorization = takeLogin(url);
  const origin = url.href;
  const path = join(options.cacheDirectory, createHash("sha256").update(origin).digest("hex").slice(0, 32));
  const copy = await readCopy(path);
  try {
    const response = await fetch(url, {
      headers: { ...conditions(copy), ...authorization, "user-agent": "allmende" },
      signal: AbortSignal.any([
        AbortSignal.timeout(options.timeoutMs ?? 120_000),
        ...(options.signal ? [options.signal] : []),
      ]),
    });
    if (response.status === 304 && copy !== undefined) return fromCopy(origin, copy);
    if (!response.ok) throw new Error(`the server answers ${response.status} ${response.statusText}`.trim());
    const bytes = await readBody(response, options.maximumBytes ?? maximumDataBytes);
    const note = describe(response, bytes);
    await writeCopy(path, { bytes, note });
    return fromCopy(origin, { bytes, note });
  } catch (error) {
    options.signal?.throwIfAborted();
    const why = reasonOf(error);
    if (copy === undefined) throw noData(origin, why, error);
    return fromCopy(origin, copy, why);
  }
}

/** A login in an address goes into a header: addresses are shown. */
function takeLogin(url: URL): Record<string, string> {
  const { username, password } = url;
  if (username === "" && password === "") return {};
  url.username = "";
  url.password = "";
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}

function conditions(copy: Copy | undefined): Record<string, string> {
  const { etag, lastModified } = copy?.note ?? {};
  return { ...(etag && { "if-none-match": etag }), ...(lastModified && { "if-modified-since": lastModified }) };
}

async function readBody(response: Response, maximumBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > maximumBytes) throw new Error(`it is larger than ${maximumBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function describe(response: Response, bytes: Buffer): CopyNote {
  const [etag, lastModified] = [response.headers.get("etag"), response.headers.get("last-modified")];
  const modified = new Date(lastModified ?? Number.NaN);
  const said = !Number.isNaN(modified.getTime());
  return {
    sha256: digest(bytes),
    ...(etag !== null && { etag }),
    ...(lastModified !== null && { lastModified }),
    date: (said ? modified : new Date()).toISOString(),
    dateIs: said ? "server" : "download",
  };
}

function fromCopy(origin: string, { bytes, note }: Copy, staleBecause?: string): OriginData {
  const { date, dateIs } = note;
  return { bytes, dated: { origin, date, dateIs, ...(staleBecause !== undefined && { staleBecause }) } };
}

/** A copy that is damaged, or half there, is none. */
async function readCopy(path: string): Promise<Copy | undefined> {
  try {
    const note = JSON.parse(await readFile(`${path}.json`, "utf8")) as CopyNote;
    const bytes = await readFile(`${path}.data`);
    return digest(bytes) === note.sha256 ? { note, bytes } : undefined;
  } catch {
    return undefined;
  }
}

async function writeCopy(path: string, { note, bytes }: Copy): Promise<void> {
  await mkdir(join(path, ".."), { recursive: true });
  const next = `${path}.${randomUUID()}`;
  try {
    await writeFile(next, bytes);
    await rename(next, `${path}.data`);
    await writeFile(next, JSON.stringify(note));
    await rename(next, `${path}.json`);
  } finally {
    await rm(next, { force: true });
  }
}

function digest(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** fetch hides what went wrong behind "fetch failed". */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return "it takes too long";
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}
