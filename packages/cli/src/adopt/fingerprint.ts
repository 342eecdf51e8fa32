import { createInterface } from "node:readline/promises";
import { ConnectError, UserError } from "@allmende/model";
import { fingerprintOf, type HostKey } from "@allmende/ssh";
import type { Context } from "../context.js";
import type { AdoptionPlace } from "./place.js";

const files: Readonly<Record<string, string>> = {
  "ssh-ed25519": "ed25519",
  "ssh-rsa": "rsa",
  "ecdsa-sha2-nistp256": "ecdsa",
};

/** What a host presents, and how to find out whether it is the host's. */
export function renderPresented({ address }: AdoptionPlace, key: HostKey): string {
  const file = `/etc/ssh/ssh_host_${files[key.type] ?? "*"}_key.pub`;
  return (
    `${address} presents this key (${key.type}):\n\n  ${fingerprintOf(key)}\n\n` +
    `It proves nothing until you have compared it with what the host itself says, on its console or its provider's, not over SSH:\n\n` +
    `  ssh-keygen -lf ${file}\n\n`
  );
}

/**
 * Returns when the key is the host's: because `said` is its fingerprint, or because somebody types "yes".
 * Throws ConnectError `host-key-mismatch`, UserError `fingerprint-unconfirmed`, `bad-fingerprint`.
 */
export async function confirmKey(
  context: Context,
  place: AdoptionPlace,
  key: HostKey,
  said: string | undefined,
): Promise<void> {
  const presented = fingerprintOf(key);
  if (said === undefined) {
    if (context.terminal.interactive && (await typesYes(context))) return;
    throw new UserError(`nobody has confirmed that ${presented} is the key of ${place.address}; nothing was sent`, {
      code: "fingerprint-unconfirmed",
      concerns: place.address,
      nextStep: `read the fingerprint on the host's console, and give it: --fingerprint SHA256:…`,
    });
  }
  if (!/^SHA256:[A-Za-z0-9+/]{43}$/.test(said.replace(/=+$/, ""))) {
    throw new UserError(`"${said}" is not a fingerprint`, {
      code: "bad-fingerprint",
      concerns: "--fingerprint",
      nextStep: "give it as ssh-keygen -l prints it: SHA256: and 43 characters",
    });
  }
  if (said.replace(/=+$/, "") === presented) return;
  throw new ConnectError(
    `${place.address} presents another key than the one that you gave. Nothing was sent.\n  given:     ${said}\n  presented: ${presented}`,
    {
      code: "host-key-mismatch",
      concerns: place.address,
      nextStep: `compare the fingerprint of its ${key.type} key once more: if it differs, somebody stands between you and the host`,
    },
  );
}

async function typesYes(context: Context): Promise<boolean> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await reader.question('Is it the same? Type "yes" in full: ', { signal: context.signal });
    return answer.trim() === "yes";
  } finally {
    reader.close();
  }
}
