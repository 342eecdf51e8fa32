import { readFile, stat } from "node:fs/promises";
import { noData } from "./data-error.js";
import { type DownloadOptions, download } from "./download.js";

/** Data, and how old it is. */
export interface OriginData {
  readonly bytes: Buffer;
  readonly dated: DataDate;
}

/** From when data is, and who says so: reports show it, so that old data is never taken for new. */
export interface DataDate {
  /** File or address, without a password. */
  readonly origin: string;
  /** ISO 8601. */
  readonly date: string;
  /** `server`: its Last-Modified; `download`: it gave none; `file`: the file's own time. */
  readonly dateIs: "server" | "download" | "file";
  /** Why a copy of an earlier download was taken. */
  readonly staleBecause?: string | undefined;
}

/** Larger is no data of Debian's: the tracker's JSON has some 90 MB. */
export const maximumDataBytes = 512 * 1024 * 1024;

/** Reads a file, or an address through the cache. Throws UserError `no-vulnerabilities`. */
export async function readOrigin(origin: string, options: DownloadOptions): Promise<OriginData> {
  if (/^https?:\/\//.test(origin)) return await download(origin, options);
  try {
    const { mtime, size } = await stat(origin);
    if (size > maximumDataBytes) throw new Error(`it has ${size} bytes, ${maximumDataBytes} are allowed`);
    return { bytes: await readFile(origin), dated: { origin, date: mtime.toISOString(), dateIs: "file" } };
  } catch (error) {
    throw noData(origin, error instanceof Error ? error.message : String(error), error);
  }
}
