import { bech32 } from "@scure/base";
import { checkedText } from "./schema-tools.js";

/**
 * Points of Curve25519 with which everybody computes the same secret, as little-endian hex without the highest bit (RFC 7748, section 6.1, and
 * https://cr.yp.to/ecdh.html#validate): 0, 1, the two of order 8, p-1, p and p+1.
 */
const weakPoints = new Set([
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]);

/** What is wrong with an age recipient (https://age-encryption.org/v1, X25519); undefined: nothing. What is no recipient is never quoted. */
export function ageRecipientProblem(text: string): string | undefined {
  // Whoever wrote it here has shown it to everybody who reads this file.
  if (/AGE-SECRET-KEY-/i.test(text))
    return "is a private key (identity), which belongs in no file of an inventory: make a new one with age-keygen, and write its public key (age1…) here";
  if (/^(ssh-|ecdsa-)/.test(text))
    return "is an SSH key: make an age key with age-keygen, and write its public key (age1…)";
  if (/^age1[a-z]+1/.test(text))
    return "is a recipient of another kind (of a plugin, or post-quantum): write a plain one, which age-keygen makes: age1… with 62 characters";
  const bytes = bytesOf(text);
  if (bytes === undefined)
    return 'must be an age recipient: "age1" and 58 lower-case letters and digits, as age-keygen prints after "Public key:"; one character may be missing or mistyped';
  const point = Uint8Array.from(bytes, (byte, index) => (index === 31 ? byte & 0x7f : byte));
  const hex = Array.from(point, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return weakPoints.has(hex)
    ? "is no key that anybody can have made: everyone could read what is encrypted to it"
    : undefined;
}

function bytesOf(text: string): Uint8Array | undefined {
  // Upper case would be allowed by the encoding, and by no program that reads recipients.
  if (!/^age1[0-9a-z]{58}$/.test(text)) return undefined;
  const decoded = bech32.decodeUnsafe(text);
  const bytes = decoded?.prefix === "age" ? bech32.fromWordsUnsafe(decoded.words) : undefined;
  return bytes?.length === 32 ? bytes : undefined;
}

export const ageRecipient = checkedText(ageRecipientProblem).meta({ pattern: "^age1[0-9a-z]{58}$" });
