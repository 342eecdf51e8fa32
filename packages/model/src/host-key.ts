const algorithms = [
  "ssh-ed25519",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "ssh-rsa",
] as const;
/** Stands in for the key of a host that does not exist yet; nobody has its private part. Never used to connect. */
export const placeholderHostKey = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${"A".repeat(43)}`;

const howToGet = "it is the content of /etc/ssh/ssh_host_ed25519_key.pub on the host";

/** Why `text` is not a host's public key. Never repeats the text: it might be a private key. */
export function hostKeyProblem(text: string): string | undefined {
  if (text.includes("PRIVATE KEY"))
    return `is a private key, which must never leave its owner: give the public one, ${howToGet}`;
  if (/^(SHA256|MD5):/.test(text.trim()))
    return `is a fingerprint, which is not enough: give the whole public key, ${howToGet}`;
  const words = text.trim().split(/\s+/);
  const [algorithm = "", blob = ""] = words;
  if (/[\r\n]/.test(text.trim())) return "must be one line with one key; several keys go into hostKeys";
  if (!isAlgorithm(algorithm)) {
    if (isAlgorithm(words[1] ?? "")) return "has a host name in front, as in known_hosts: leave that out";
    return `must begin with ${algorithms.join(", ")}: ${howToGet}`;
  }
  if (blob === "") return `has nothing after "${algorithm}": ${howToGet}`;
  return blobProblem(algorithm, blob);
}

/** Algorithm and key, without a comment. */
export function normalizeHostKey(text: string): string {
  return text.trim().split(/\s+/).slice(0, 2).join(" ");
}

function isAlgorithm(word: string): boolean {
  return (algorithms as readonly string[]).includes(word);
}

/** RFC 4253, 6.6: the blob begins with the algorithm's name again, each part after its length in four bytes. */
function blobProblem(algorithm: string, blob: string): string | undefined {
  const broken = "is cut off or damaged: copy the whole line again";
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(blob) || blob.length % 4 !== 0) return broken;
  const bytes = Uint8Array.from(atob(blob), (character) => character.charCodeAt(0));
  const parts: Uint8Array[] = [];
  const view = new DataView(bytes.buffer);
  let offset = 0;
  while (offset + 4 <= bytes.length) {
    const end = offset + 4 + view.getUint32(offset);
    if (end > bytes.length) return broken;
    parts.push(bytes.subarray(offset + 4, end));
    offset = end;
  }
  const [name, ...rest] = parts;
  if (offset !== bytes.length || name === undefined || rest.length === 0) return broken;
  if (new TextDecoder().decode(name) !== algorithm)
    return `does not hold a key of the kind "${algorithm}": copy the whole line again`;
  return algorithm === "ssh-ed25519" && rest[0]?.length !== 32 ? broken : undefined;
}
