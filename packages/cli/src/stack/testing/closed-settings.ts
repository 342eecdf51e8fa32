import { createCipheriv, pbkdf2Sync, randomBytes } from "node:crypto";

export const passphrase = "passphrase";

/** `Pulumi.STACK.yaml` with values as the Pulumi CLI writes them (`config set --secret`), closed by `passphrase`. */
export function closedSettings(values: Readonly<Record<string, string>>): string {
  const salt = randomBytes(8);
  const key = pbkdf2Sync(passphrase, salt, 1_000_000, 32, "sha256");
  const close = (text: string) => {
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", key, nonce);
    const closed = Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]);
    return `v1:${nonce.toString("base64")}:${closed.toString("base64")}`;
  };
  const config = Object.entries(values).map(([name, value]) => `  ${name}:\n    secure: ${close(value)}\n`);
  return `encryptionsalt: v1:${salt.toString("base64")}:${close("pulumi")}\nconfig:\n${config.join("")}`;
}
