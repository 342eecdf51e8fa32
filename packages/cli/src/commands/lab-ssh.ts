import { Command } from "commander";
import type { Context } from "../context.js";
import type { ExitCode } from "../exit-codes.js";
import { withExamples } from "./options.js";

export function labSshCommand(context: Context): Command {
  const command = new Command("ssh")
    .summary("log in to a host of the lab")
    .description(
      "Log in to a host of the lab as hostmaster (who may use sudo), or run a command there. Ends with the command's exit code.",
    )
    .argument("<host>", "name of the host")
    .argument("[command...]", "command to run instead of a shell")
    .option("--name <name>", "which lab; stands before the host, since all that follows is the command", "lab")
    .passThroughOptions()
    .action(async (host: string, argv: string[], options: { name: string }) => {
      context.exitCode = (await labSsh(options.name, host, argv)) as ExitCode;
    });
  return withExamples(command, [
    ["allmende lab ssh web1", "a shell"],
    ["allmende lab ssh web1 sudo systemctl --failed", "one command"],
    ["allmende lab ssh --name far a", "a host of another lab"],
  ]);
}

async function labSsh(name: string, hostName: string, argv: readonly string[]): Promise<number> {
  const { Lab } = await import("@allmende/lab");
  const { mkdtemp, rm, writeFile } = await import("node:fs/promises");
  const { tmpdir } = await import("node:os");
  const { join } = await import("node:path");
  const { execa } = await import("execa");
  const host = (await Lab.attach(name)).host(hostName);
  const directory = await mkdtemp(join(tmpdir(), "allmende-ssh-"));
  try {
    const knownHosts = join(directory, "known_hosts");
    await writeFile(knownHosts, `${host.address} ${host.hostKey}\n`);
    const options = [
      "IdentitiesOnly=yes",
      `UserKnownHostsFile=${knownHosts}`,
      "GlobalKnownHostsFile=/dev/null",
      "StrictHostKeyChecking=yes",
      "LogLevel=ERROR",
    ];
    const args = [
      "-F",
      "none",
      "-i",
      host.privateKeyPath,
      ...options.flatMap((option) => ["-o", option]),
      `${host.user}@${host.address}`,
      ...argv,
    ];
    const { exitCode } = await execa("ssh", args, { stdio: "inherit", reject: false });
    return exitCode ?? 1;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
