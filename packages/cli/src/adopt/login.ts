import { type Connection, UserError } from "@allmende/model";
import { type SshConnection, type SshCredentials, SshPool } from "@allmende/ssh";
import { expandHome } from "../paths.js";
import { readConfigValue } from "../stack/config-secret.js";
import { readStackFolder } from "../stack/folder.js";

/** `-i FILE`, else the stack's own key file, else the SSH agent. */
export async function adoptionCredentials(
  path: string,
  options: { readonly identity?: string | undefined; readonly stack?: string | undefined },
): Promise<SshCredentials> {
  const agentSocket = process.env["SSH_AUTH_SOCK"];
  const file = options.identity ?? (await configuredKeyFile(path, options.stack));
  return { ...(agentSocket && { agentSocket }), ...(file && { privateKeyPath: expandHome(file) }) };
}

async function configuredKeyFile(path: string, stack: string | undefined): Promise<string | undefined> {
  try {
    return await readConfigValue(readStackFolder(path, stack), "allmende:privateKeyFile");
  } catch (error) {
    // An inventory needs no stack around it, and a stack may leave the login to the agent.
    const without = ["no-stack", "no-program", "no-config-value"];
    if (error instanceof UserError && without.includes(error.code)) return undefined;
    throw error;
  }
}

/** Does `work` over one connection, and closes it. */
export async function onHost<T>(
  connection: Connection,
  credentials: SshCredentials,
  signal: AbortSignal,
  work: (ssh: SshConnection) => Promise<T>,
): Promise<T> {
  const pool = new SshPool({ credentials, connectDeadlineMs: 20_000 });
  try {
    return await work(await pool.get(connection, { signal }));
  } finally {
    await pool.close();
  }
}
