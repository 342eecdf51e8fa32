import { createDecipheriv, pbkdf2 } from "node:crypto";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";

/** Opens one closed value of a state file: its JSON text. */
export type OpenSecret = (ciphertext: string) => string;

/**
 * How to open the secrets of a state that a passphrase closes: Pulumi's format is AES-256-GCM with a key from PBKDF2
 * (SHA-256, a million rounds). Asking the Pulumi CLI for the same would take longer than everything else in `drift`.
 * Undefined when another kind of provider closed them, or the passphrase is not at hand or wrong.
 */
export async function stateOpener(
  secretsProvider: unknown,
  variables: NodeJS.ProcessEnv,
): Promise<OpenSecret | undefined> {
  const { type, state } = (secretsProvider ?? {}) as { type?: string; state?: { salt?: string } };
  const passphrase = readPassphrase(variables);
  const [version, salt, ...check] = state?.salt?.split(":") ?? [];
  if (type !== "passphrase" || passphrase === undefined || version !== "v1" || salt === undefined) return undefined;
  const key = await promisify(pbkdf2)(passphrase, Buffer.from(salt, "base64"), 1_000_000, 32, "sha256");
  const open: OpenSecret = (ciphertext) => decrypt(key, ciphertext);
  try {
    // The salt ends in a known word, closed with the same key.
    return open(check.join(":")) === "pulumi" ? open : undefined;
  } catch {
    return undefined;
  }
}

function decrypt(key: Buffer, ciphertext: string): string {
  const [version, nonce = "", closed = ""] = ciphertext.split(":");
  if (version !== "v1") throw new Error("a secret of an unknown format");
  const bytes = Buffer.from(closed, "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"));
  decipher.setAuthTag(bytes.subarray(-16));
  return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString("utf8");
}

function readPassphrase(variables: NodeJS.ProcessEnv): string | undefined {
  const given = variables["PULUMI_CONFIG_PASSPHRASE"];
  if (given !== undefined) return given;
  const file = variables["PULUMI_CONFIG_PASSPHRASE_FILE"];
  try {
    return file === undefined ? undefined : readFileSync(file, "utf8").trim();
  } catch {
    return undefined;
  }
}
