import { createHmac, timingSafeEqual } from "node:crypto";
import { type HostKey, parseHostKey, renderHostKey } from "./host-key.js";

/** One line of a known_hosts file that can be understood. */
export interface KnownHostsEntry {
  /** From 1. */
  readonly line: number;
  /** `revoked`: the key must never be accepted. `cert-authority`: it signs host keys; we pin keys, so it is of no use to us. */
  readonly marker?: "revoked" | "cert-authority" | undefined;
  /** Names, patterns and negations as written, or one hashed name (`|1|…`). */
  readonly names: readonly string[];
  readonly key: HostKey;
}

/**
 * Reads a known_hosts file (format: sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). Lines that cannot be understood, and types of
 * keys that we do not support, are left out, as ssh does.
 */
export function parseKnownHosts(text: string): KnownHostsEntry[] {
  return text.split(/\r?\n/).flatMap((content, index) => {
    const entry = parseLine(content.trim(), index + 1);
    return entry === undefined ? [] : [entry];
  });
}

function parseLine(content: string, line: number): KnownHostsEntry | undefined {
  if (content === "" || content.startsWith("#")) return undefined;
  const fields = content.split(/\s+/);
  const marker = fields[0]?.startsWith("@") ? fields.shift()?.slice(1) : undefined;
  if (marker !== undefined && marker !== "revoked" && marker !== "cert-authority") return undefined;
  const [names = "", type = "", blob = ""] = fields;
  try {
    return {
      line,
      marker,
      names: names.split(",").filter((name) => name !== ""),
      key: parseHostKey(`${type} ${blob}`),
    };
  } catch {
    return undefined;
  }
}

/**
 * The host keys that stand there for `address` and `port`, ready to be pinned, without duplicates and without revoked
 * ones. Empty when there are none, or only certificate authorities.
 */
export function findHostKeys(knownHosts: readonly KnownHostsEntry[], address: string, port: number): string[] {
  const host = address.toLowerCase();
  const name = port === 22 ? host : `[${host}]:${port}`;
  const matching = knownHosts.filter((entry) => matches(entry.names, name));
  const keysWith = (marker: KnownHostsEntry["marker"]) =>
    matching.filter((entry) => entry.marker === marker).map((entry) => renderHostKey(entry.key));
  const revoked = new Set(keysWith("revoked"));
  return [...new Set(keysWith(undefined))].filter((key) => !revoked.has(key));
}

/** As ssh does: one match suffices, unless a negated pattern matches as well. */
function matches(names: readonly string[], name: string): boolean {
  const negated = names.filter((pattern) => pattern.startsWith("!")).map((pattern) => pattern.slice(1));
  if (negated.some((pattern) => matchesPattern(pattern, name))) return false;
  return names.some((pattern) =>
    pattern.startsWith("|") ? matchesHash(pattern, name) : matchesPattern(pattern, name),
  );
}

function matchesHash(pattern: string, name: string): boolean {
  const [, version, salt = "", hash = ""] = pattern.split("|");
  if (version !== "1") return false;
  const expected = Buffer.from(hash, "base64");
  const actual = createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest();
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

/** `*` and `?` as in a shell; compared without backtracking blow-up by walking greedily. */
function matchesPattern(pattern: string, name: string): boolean {
  const wanted = pattern.toLowerCase();
  let at = 0;
  let star = -1;
  let starAt = 0;
  let position = 0;
  while (position < name.length) {
    if (at < wanted.length && wanted[at] === "*") {
      star = at;
      starAt = position;
      at += 1;
    } else if (at < wanted.length && (wanted[at] === "?" || wanted[at] === name[position])) {
      at += 1;
      position += 1;
    } else if (star >= 0) {
      starAt += 1;
      position = starAt;
      at = star + 1;
    } else {
      return false;
    }
  }
  while (wanted[at] === "*") at += 1;
  return at === wanted.length;
}
