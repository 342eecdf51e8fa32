import { gunzipSync, inflateSync } from "node:zlib";
import { type Advisories, parseAdvisories } from "./advisories.js";
import { badData } from "./data-error.js";
import { parseDebsecanData } from "./debsecan-data.js";
import type { DownloadOptions } from "./download.js";
import { type DataDate, maximumDataBytes, readOrigin } from "./origin.js";
import { parseTrackerData } from "./tracker-data.js";
import type { VulnerabilityData } from "./vulnerability.js";

/** Debian's security data with its date. */
export interface DatedVulnerabilities extends VulnerabilityData {
  readonly dated: DataDate;
}

/** A list of advisories with its date. */
export interface DatedAdvisories {
  readonly advisories: Advisories;
  readonly dated: DataDate;
}

/**
 * Reads the security tracker's JSON or debsecan's data from a file or an address; which of them is told from the data.
 * Throws UserError `no-vulnerabilities`, `bad-vulnerabilities`.
 */
export async function loadVulnerabilities(
  origin: string,
  release: string,
  options: DownloadOptions,
): Promise<DatedVulnerabilities> {
  const { bytes, dated } = await readOrigin(origin, options);
  return { ...parseVulnerabilities(bytes, release), dated };
}

/** Reads data/DSA/list of the security tracker. Throws as `loadVulnerabilities`. */
export async function loadAdvisories(
  origin: string,
  release: string,
  options: DownloadOptions,
): Promise<DatedAdvisories> {
  const { bytes, dated } = await readOrigin(origin, options);
  const text = decompress(bytes).toString("utf8");
  if (!/^\[\d{2} \w{3} \d{4}\] D[SL]A-/m.test(text)) throw badData("there is no advisory of Debian's in the list");
  return { advisories: parseAdvisories(text, release), dated };
}

/** Data in one of both formats, compressed or not. Throws UserError `bad-vulnerabilities`. */
export function parseVulnerabilities(bytes: Buffer, release: string): VulnerabilityData {
  const plain = decompress(bytes);
  if (plain.subarray(0, 64).toString("latin1").trimStart().startsWith("{"))
    return { format: "tracker", release, packages: parseTrackerData(plain.toString("utf8"), release) };
  return { format: "debsecan", release, packages: parseDebsecanData(plain.toString("utf8")) };
}

function decompress(bytes: Buffer): Buffer {
  const [first, second] = bytes;
  const options = { maxOutputLength: maximumDataBytes };
  try {
    if (first === 0x1f && second === 0x8b) return gunzipSync(bytes, options);
    if (first === 0x78) return inflateSync(bytes, options);
    return bytes;
  } catch (error) {
    throw badData("it cannot be decompressed: it is cut off, damaged or too large", error);
  }
}
