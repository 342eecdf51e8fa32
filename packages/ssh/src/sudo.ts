import type { ConnectError, Connection } from "@allmende/model";
import { connectError, hostOf } from "./errors.js";

/**
 * `command` as root through `sudo -n`: never asks, never hangs. A program with an absolute path and plain words runs
 * directly, anything else through `sh -c`. LC_ALL=C, because sudo's refusals are recognised by their text.
 */
export function renderSudo(command: string): string {
  const plain = /^\/[\w./-]+( [\w./:=@%+,-]+)*$/.test(command);
  return `LC_ALL=C sudo -n -- ${plain ? command : `/bin/sh -c ${quote(command)}`}`;
}

/**
 * `command` with `text` as its standard input, from the login shell's own printf: the text travels with the command, which saves a
 * round trip, and a sudo in `command` does not log it. It stands in the login shell's argv, so it must not be secret.
 */
export function renderFed(command: string, text: string): string {
  return `printf %s ${quote(text)} | ${command}`;
}

/** One word for a POSIX shell. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Whether it was sudo itself that refused; undefined when the command has run. */
export function checkSudo(
  connection: Connection,
  result: { readonly exitCode: number; readonly stdout: Uint8Array; readonly stderr: string },
): ConnectError | undefined {
  const { exitCode, stderr } = result;
  if (result.stdout.length > 0) return undefined;
  const refused = (why: string, nextStep: string) =>
    connectError(
      connection,
      "sudo-refused",
      `${connection.user} cannot become root on ${hostOf(connection)}: ${why}.`,
      nextStep,
    );
  const rule = `As root on the host: \`echo '${connection.user} ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/${connection.user}\`, or log in as root.`;
  if (exitCode === 127 && /sudo: (command )?not found|sudo: No such file/i.test(stderr)) {
    return refused("sudo is not installed", "Install it as root (`apt install sudo`), or log in as root.");
  }
  if (exitCode !== 1) return undefined;
  if (
    /^sudo: (a password is required|a terminal is required|no askpass|interactive authentication is required)/m.test(
      stderr,
    )
  ) {
    return refused("sudo asks for a password", rule);
  }
  if (/^sudo: (sorry, )?you must have a tty/m.test(stderr)) {
    return refused("sudo wants a terminal (requiretty)", `Remove requiretty for ${connection.user}. ${rule}`);
  }
  if (/ is not (in the sudoers file|allowed to (execute|run))/m.test(stderr))
    return refused("sudo does not allow it", rule);
  return undefined;
}
