import { join } from "node:path";
import { type Copy, type CopyNote, digest, readCopy, writeCopy } from "../download/kept-copy.js";
import { conditions, marksOf, type RequestLimits, readBody, reasonOf, takeLogin } from "../download/response.js";
import { noData } from "./data-error.js";
import { maximumDataBytes, type OriginData } from "./origin.js";

export interface DownloadOptions extends RequestLimits {
  /** Where copies lie. */
  readonly cacheDirectory: string;
}

interface DataNote extends CopyNote {
  readonly date: string;
  readonly dateIs: "server" | "download";
}

/**
 * Fetches an address, or takes its copy when the server says that it is still the same. When the server cannot be asked, the copy is taken
 * and `staleBecause` says so. Throws UserError `no-vulnerabilities` when there is neither.
 */
export async function download(address: string, options: DownloadOptions): Promise<OriginData> {
  const url = new URL(address);
  const authorization = takeLogin(url);
  const origin = url.href;
  const path = join(options.cacheDirectory, digest(origin).slice(0, 32));
  const copy = await readCopy<DataNote>(path);
  try {
    const response = await fetch(url, {
      headers: { ...conditions(copy?.note), ...authorization, "user-agent": "allmende" },
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

function describe(response: Response, bytes: Buffer): DataNote {
  const marks = marksOf(response);
  const modified = new Date(marks.lastModified ?? Number.NaN);
  const said = !Number.isNaN(modified.getTime());
  return {
    sha256: digest(bytes),
    ...marks,
    date: (said ? modified : new Date()).toISOString(),
    dateIs: said ? "server" : "download",
  };
}

function fromCopy(origin: string, { bytes, note }: Copy<DataNote>, staleBecause?: string): OriginData {
  const { date, dateIs } = note;
  return { bytes, dated: { origin, date, dateIs, ...(staleBecause !== undefined && { staleBecause }) } };
}
