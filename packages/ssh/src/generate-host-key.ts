import ssh2 from "ssh2";
import { parseHostKey } from "./host-key.js";

/** An Ed25519 key pair of a host that does not exist yet. */
export interface HostKeyPair {
  /** As /etc/ssh/ssh_host_ed25519_key holds it. Secret. */
  readonly privateKey: string;
  /** `ssh-ed25519 AAAA…`, without comment. */
  readonly publicKey: string;
}

/** Type name and 32 bytes, each after its length. */
const blobBytes = 4 + "ssh-ed25519".length + 4 + 32;

/** A new key pair, from the system's randomness. `comment` stands in the private key's file; ASCII. */
export function generateHostKey(comment: string): HostKeyPair {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync("ed25519", { comment });
    // ssh2 1.17 drops a zero byte at the beginning of a public key, as one in 256 has: nothing could read such a pair.
    if (parseHostKey(pair.public).blob.length !== blobBytes) continue;
    return { privateKey: pair.private, publicKey: pair.public.split(" ").slice(0, 2).join(" ") };
  }
}
