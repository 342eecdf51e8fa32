import { type ChildProcess, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";

/** Runs a program and returns its stdout; throws with its stderr when it fails. */
export async function run(program: string, args: readonly string[], environment?: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(program, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: environment === undefined ? process.env : { ...process.env, ...environment },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const code = await finished(child);
  if (code !== 0) throw new Error(`${program} failed (${code}): ${stderr}`);
  return stdout;
}

/** Exit code of a child, null when a signal ended it; rejects when it could not be started. */
export function finished(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
}

/** Makes a key pair at `path` and returns the public key without its comment. */
export async function generateKey(path: string, type: "ed25519" | "ecdsa" | "rsa", passphrase = ""): Promise<string> {
  // The smallest that OpenSSH takes without complaint: making keys is most of what these tests cost.
  const bits = type === "rsa" ? ["-b", "2048"] : [];
  await run("ssh-keygen", ["-q", "-t", type, ...bits, "-a", "1", "-N", passphrase, "-C", "", "-f", path]);
  return (await readFile(`${path}.pub`, "utf8")).trim();
}
