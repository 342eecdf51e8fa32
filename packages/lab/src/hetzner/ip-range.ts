import { isIPv4 } from "node:net";
import { invalidInput } from "./api-error.js";

/** An IPv4 range: its first address as a number and the length of its prefix. */
export interface IpRange {
  readonly first: number;
  readonly prefix: number;
}

/** `10.0.0.0/16`. Throws `invalid_input` that names the field, also when bits beyond the prefix are set. */
export function parseIpRange(text: string, field: string): IpRange {
  const [address = "", prefixText = ""] = text.split("/");
  const prefix = Number(prefixText);
  if (!isIPv4(address) || !/^\d+$/.test(prefixText) || prefix < 8 || prefix > 32)
    throw invalidInput(field, "not an IPv4 range");
  const first = parseIp(address);
  if (first % 2 ** (32 - prefix) !== 0) throw invalidInput(field, "has bits set beyond its prefix");
  return { first, prefix };
}

export function parseIp(text: string): number {
  return text.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0);
}

export function renderIp(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
}

export function holds(outer: IpRange, inner: IpRange): boolean {
  return inner.prefix >= outer.prefix && holdsIp(outer, inner.first);
}

export function holdsIp(range: IpRange, address: number): boolean {
  return address >= range.first && address < range.first + 2 ** (32 - range.prefix);
}

export function overlap(left: IpRange, right: IpRange): boolean {
  return holdsIp(left, right.first) || holdsIp(right, left.first);
}
