import type { SshConnection } from "@allmende/ssh";
import { readScript, type ScriptName } from "./scripts.js";

/** What this package needs of a connection. */
export type RemoteRoot = Pick<SshConnection, "execAsRoot"> & {
  readonly connection?: Pick<SshConnection["connection"], "user"> | undefined;
};

/**
 * The command that runs a script which comes first on standard input; the rest of the input is the script's own.
 * Only the byte count varies: nothing else ever stands in argv. A script cut short does nothing, since each acts in its last line
 * only; the count is checked nevertheless.
 */
export function loaderCommand(script: string, mode = ""): string {
  if (!/^[a-z]*$/.test(mode)) throw new Error(`"${mode}" is no mode of a script.`);
  const bytes = Buffer.byteLength(script);
  return `sh -c 'script=$(head -c ${bytes}; echo .) && [ "\${#script}" = ${bytes + 1} ] && eval "\${script%.}"' allmende ${mode}`.trimEnd();
}

/** A script with the command that loads it: the script is the beginning of what goes to standard input. */
export function loadScript(name: ScriptName, mode?: string): { command: string; script: Buffer } {
  const script = readScript(name);
  return { command: loaderCommand(script, mode), script: Buffer.from(script) };
}

/**
 * The script itself as the command, for a login as root: OpenSSH takes no standard input before a command runs, so this saves a round trip.
 * Not through sudo, which would write the whole text to the journal each time: there the login shell holds the text.
 */
export function inlineCommand(name: ScriptName, mode: string): string {
  if (!/^[a-z]+$/.test(mode)) throw new Error(`"${mode}" is no mode of a script.`);
  return `sh -c '${readScript(name).replaceAll("'", `'\\''`)}' allmende ${mode}`;
}
