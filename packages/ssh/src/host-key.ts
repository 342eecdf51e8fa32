import { createHash } from "node:crypto";
import { UserError } from "@allmende/model";

/** A public host key. */
export interface HostKey {
  /** `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa`, … */
  readonly type: string;
  /** The key as it travels on the wire. */
  readonly blob: Buffer;
}

/** Which signature algorithms a key of a type may use. SHA-1 (`ssh-rsa`) is left out on purpose. */
const algorithmsOfType: Readonly<Record<string, readonly string[]>> = {
  "ssh-ed25519": ["ssh-ed25519"],
  "ecdsa-sha2-nistp256": ["ecdsa-sha2-nistp256"],
  "ecdsa-sha2-nistp384": ["ecdsa-sha2-nistp384"],
  "ecdsa-sha2-nistp521": ["ecdsa-sha2-nistp521"],
  "ssh-rsa": ["rsa-sha2-512", "rsa-sha2-256"],
};

/**
 * Reads one public host key as it stands in a `.pub` file: `ssh-ed25519 AAAA… [comment]`.
 * Throws UserError (`bad-host-key`) that says what is wrong with it.
 */
export function parseHostKey(text: string): HostKey {
  const [type = "", base64 = ""] = text.trim().split(/\s+/);
  const bad = (why: string) =>
    new UserError(`Not a host key: ${why}.`, {
      code: "bad-host-key",
      nextStep:
        "Paste the line from /etc/ssh/ssh_host_ed25519_key.pub of the host: `ssh-ed25519 AAAA…`. Read it where you trust what you see: the host's console, or its provider's.",
    });
  if (text.includes("PRIVATE KEY")) throw bad("this is a private key; only the public one belongs here");
  if (!Object.hasOwn(algorithmsOfType, type)) {
    throw bad(`it must begin with one of ${Object.keys(algorithmsOfType).join(", ")}`);
  }
  if (base64 === "") throw bad(`nothing follows "${type}"`);
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) throw bad("the part after its type is not base64");
  const blob = Buffer.from(base64, "base64");
  const inner = typeOfBlob(blob);
  if (inner === undefined || !hasWholeFields(blob)) throw bad("it is cut off or damaged");
  if (inner !== type) throw bad(`it says ${type}, but the key itself is ${inner}`);
  return { type, blob };
}

/** The key as it stands in a `.pub` file, without comment. */
export function renderHostKey(key: HostKey): string {
  return `${key.type} ${key.blob.toString("base64")}`;
}

/** `SHA256:…`, as `ssh-keygen -l` prints it. Takes a key, its wire form, or a `.pub` line. */
export function fingerprintOf(hostKey: string | HostKey | Uint8Array): string {
  const blob =
    typeof hostKey === "string" ? parseHostKey(hostKey).blob : hostKey instanceof Uint8Array ? hostKey : hostKey.blob;
  return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
}

/** The algorithms to offer so that the server presents a key for which there is a pin, in the order of the pins. */
export function offeredAlgorithms(keys: readonly HostKey[]): string[] {
  return [...new Set(keys.flatMap((key) => algorithmsOfType[key.type] ?? []))];
}

/** The type that a key in wire form claims; undefined when it is not one. */
export function typeOfBlob(blob: Uint8Array): string | undefined {
  const buffer = Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength);
  if (buffer.length < 4) return undefined;
  const length = buffer.readUInt32BE(0);
  return length === 0 || length > 64 || buffer.length < 4 + length
    ? undefined
    : buffer.toString("latin1", 4, 4 + length);
}

/** A key is a row of length-prefixed fields: at least two, and nothing left over. */
function hasWholeFields(blob: Buffer): boolean {
  let offset = 0;
  let fields = 0;
  while (offset + 4 <= blob.length) {
    offset += 4 + blob.readUInt32BE(offset);
    fields += 1;
  }
  return offset === blob.length && fields >= 2;
}
