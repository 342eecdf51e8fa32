import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { command } from "./command.js";
import type { LabPaths } from "./paths.js";

/** Makes a host's own key and the tar archive that brings its identity onto it; returns the public key, `ssh-ed25519 AAAA…`. */
export async function makeSeed(paths: LabPaths, hostName: string): Promise<string> {
  const directory = paths.host(hostName);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const root = await mkdtemp(join(directory, "seed-"));
  try {
    await mkdir(join(root, "etc/ssh"), { recursive: true });
    await mkdir(join(root, "usr/local/share/ca-certificates"), { recursive: true });
    await mkdir(join(root, "home/hostmaster/.ssh"), { recursive: true });
    const hostKey = join(root, "etc/ssh/ssh_host_ed25519_key");
    await makeKey(hostKey, hostName);
    await writeFile(join(root, "etc/hostname"), `${hostName}\n`);
    await writeFile(
      join(root, "usr/local/share/ca-certificates/allmende-lab.crt"),
      await readFile(paths.caCertificate),
    );
    await writeFile(join(root, "home/hostmaster/.ssh/authorized_keys"), await readFile(`${paths.privateKey}.pub`), {
      mode: 0o600,
    });
    const system = [
      "etc/ssh/ssh_host_ed25519_key",
      "etc/ssh/ssh_host_ed25519_key.pub",
      "etc/hostname",
      "usr/local/share/ca-certificates/allmende-lab.crt",
    ];
    const archive = join(directory, "seed.tar");
    await command("tar", ["-C", root, "--owner=0", "--group=0", "-cf", archive, ...system]);
    // hostmaster is the first ordinary user of the image.
    await command("tar", [
      "-C",
      root,
      "--owner=1000",
      "--group=1000",
      "-rf",
      archive,
      "home/hostmaster/.ssh/authorized_keys",
    ]);
    return publicKey(await readFile(`${hostKey}.pub`, "utf8"));
  } finally {
    await rm(root, { recursive: true });
  }
}

/** An ed25519 key pair without passphrase at `path` and `path.pub`. */
export async function makeKey(path: string, comment: string): Promise<void> {
  await command("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", path]);
}

function publicKey(line: string): string {
  return line.trim().split(" ").slice(0, 2).join(" ");
}
