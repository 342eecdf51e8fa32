import { reasonOf } from "../download/response.js";

const untrusted = "its certificate comes from no authority that is trusted here (say which with ca)";

/** By what Node and OpenSSL call it. */
const words: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "its certificate has expired",
  CERT_NOT_YET_VALID: "its certificate is not valid yet",
  CERT_SIGNATURE_FAILURE: untrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name",
  ENOTFOUND: "nobody knows its name",
  EAI_AGAIN: "its name cannot be looked up at the moment",
  ECONNREFUSED: "nobody answers there",
  ECONNRESET: "the connection was cut off",
  UND_ERR_SOCKET: "the connection was cut off",
};

/** Why a calendar was not had, in words that say nothing of its address: that may be a secret. */
export function failureOf(error: unknown, address: string): string {
  const code = codeOf(error);
  const known = code === undefined ? undefined : words[code];
  if (known !== undefined) return known;
  const reason = reasonOf(error);
  if (reason === "bad port") return "its port is blocked for web requests";
  return partsOf(address).reduce((text, part) => text.replaceAll(part, "…"), reason);
}

function codeOf(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ("code" in cause && typeof cause.code === "string") return cause.code;
    // Several addresses of one name, each with its failure.
    if (cause instanceof AggregateError && cause.errors.length > 0) return codeOf(cause.errors[0]);
  }
  return undefined;
}

/** What a secret may be in, longest first. */
function partsOf(address: string): string[] {
  if (!URL.canParse(address)) return [];
  const { href, host, hostname, pathname, search, username, password } = new URL(address);
  const parts = [address, href, host, hostname, pathname, search, username, password];
  return parts.filter((part) => part.length > 2).sort((one, other) => other.length - one.length);
}
