import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { UserError } from "@allmende/model";
import type { AgentAuthMethod, AnyAuthMethod, ParsedKey, PublicKeyAuthMethod } from "ssh2";
import ssh2 from "ssh2";
import { fingerprintOf } from "./host-key.js";

/** How we log in. What is given is tried in this order: key given as text, key file, agent. */
export interface SshCredentials {
  /** Path of ssh-agent's socket, usually `SSH_AUTH_SOCK`. */
  readonly agentSocket?: string | undefined;
  /** A private key file; `~/` is the home directory. */
  readonly privateKeyPath?: string | undefined;
  /** A private key as text (secret). */
  readonly privateKey?: string | undefined;
  /** Opens an encrypted `privateKey` or `privateKeyPath` (secret). */
  readonly passphrase?: string | undefined;
}

/** Credentials read and parsed once: nothing can be wrong with them any more but that a host refuses them. */
export interface LoginKeys {
  /** The ways to log in as `user`, in the order to try. */
  methodsFor(user: string): AnyAuthMethod[];
  /** What was offered, for error messages: fingerprints and paths, nothing secret. */
  readonly description: string;
}

/** Throws UserError (`user-key-missing`, `user-key-unreadable`, `user-key-encrypted`, `user-key-invalid`). */
export async function loadLoginKeys(credentials: SshCredentials): Promise<LoginKeys> {
  const { agentSocket, privateKey, privateKeyPath, passphrase } = credentials;
  const keys: ParsedKey[] = [];
  const described: string[] = [];
  const add = (text: string, source: string) => {
    const key = parsePrivateKey(text, passphrase, source, agentSocket !== undefined);
    // An encrypted key without a passphrase is no obstacle when an agent may hold it opened.
    if (key === undefined) return;
    keys.push(key);
    described.push(`${key.type} ${fingerprintOf(key.getPublicSSH())} (${source})`);
  };
  if (privateKey !== undefined) add(privateKey, "the key given as text");
  if (privateKeyPath !== undefined) add(await readKeyFile(privateKeyPath), privateKeyPath);
  if (agentSocket !== undefined) described.push(`the keys of the agent at ${agentSocket}`);
  if (described.length === 0) {
    throw new UserError("There is no key to log in with.", {
      code: "user-key-missing",
      nextStep: "Start an ssh-agent (SSH_AUTH_SOCK), or name a private key file, or give the key as a secret.",
    });
  }
  return {
    description: described.join(", "),
    methodsFor(username) {
      // ssh2 takes parsed keys as well; its types do not say so.
      const methods: AnyAuthMethod[] = keys.map(
        (key): PublicKeyAuthMethod => ({ type: "publickey", username, key: key as unknown as Buffer }),
      );
      if (agentSocket !== undefined) {
        const agent: AgentAuthMethod = { type: "agent", username, agent: agentSocket };
        methods.push(agent);
      }
      return methods;
    },
  };
}

async function readKeyFile(path: string): Promise<string> {
  const resolved = path.startsWith("~/") ? `${homedir()}${path.slice(1)}` : path;
  try {
    return await readFile(resolved, "utf8");
  } catch (cause) {
    throw new UserError(`The private key ${path} cannot be read (${(cause as NodeJS.ErrnoException).code}).`, {
      code: "user-key-unreadable",
      concerns: path,
      nextStep: "Check the path and who may read it.",
    });
  }
}

/** The parser's own messages and causes are not passed on: they could quote the key. */
function parsePrivateKey(
  text: string,
  passphrase: string | undefined,
  source: string,
  agentMayHoldIt: boolean,
): ParsedKey | undefined {
  const parsed = ssh2.utils.parseKey(text, passphrase);
  const key = Array.isArray(parsed) ? parsed[0] : parsed;
  if (key !== undefined && !(key instanceof Error)) {
    if (key.isPrivateKey()) return key;
    throw new UserError(`${upperFirst(source)} is a public key.`, {
      code: "user-key-invalid",
      concerns: source,
      nextStep: "Give the private key: the file of the same name without .pub.",
    });
  }
  const message = key?.message ?? "";
  if (/no passphrase/i.test(message)) {
    if (agentMayHoldIt) return undefined;
    throw new UserError(`${upperFirst(source)} is encrypted, and there is no passphrase.`, {
      code: "user-key-encrypted",
      concerns: source,
      nextStep: "Give its passphrase as a secret, or load the key into an ssh-agent (ssh-add).",
    });
  }
  if (passphrase !== undefined && /passphrase|decrypt|integrity|malformed/i.test(message)) {
    throw new UserError(`${upperFirst(source)} does not open with the given passphrase.`, {
      code: "user-key-encrypted",
      concerns: source,
      nextStep: "Check the passphrase: `ssh-keygen -y -f FILE` asks for it and tells whether it fits.",
    });
  }
  throw new UserError(`${upperFirst(source)} is not a private key that can be read.`, {
    code: "user-key-invalid",
    concerns: source,
    nextStep: "Use a key in OpenSSH's format: `ssh-keygen -t ed25519` makes one, `ssh-keygen -p -f FILE` converts one.",
  });
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
