import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { command } from "./command.js";
import type { MachineSpec } from "./hetzner/driver.js";
import type { LabPaths } from "./paths.js";
import { makeKey } from "./seed.js";

/** The archive on a server's second disk: cloud-init's NoCloud seed and the lab's CA. */
export async function makeCloudSeed(paths: LabPaths, spec: MachineSpec): Promise<void> {
  const directory = paths.host(spec.name);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const root = await mkdtemp(join(directory, "seed-"));
  try {
    const seed = join(root, "var/lib/cloud/seed/nocloud");
    const authorities = join(root, "usr/local/share/ca-certificates");
    await mkdir(seed, { recursive: true });
    await mkdir(authorities, { recursive: true });
    await mkdir(join(root, "etc"));
    await cp(paths.caCertificate, join(authorities, "allmende-lab.crt"));
    // Only root may read it: user data bring the host's private key.
    await writeFile(join(seed, "user-data"), spec.userData, { mode: 0o600 });
    await writeFile(join(seed, "meta-data"), renderMetaData(spec), { mode: 0o600 });
    if (spec.foreignHostKey) await addForeignHostKey(root);
    await command("tar", [
      "-C",
      root,
      "--owner=0",
      "--group=0",
      "-cf",
      join(directory, "seed.tar"),
      "var",
      "usr",
      "etc",
    ]);
  } finally {
    await rm(root, { recursive: true });
  }
}

/** YAML, of which JSON is a part. */
function renderMetaData(spec: MachineSpec): string {
  return `${JSON.stringify({
    "instance-id": spec.instanceId,
    "local-hostname": spec.hostname,
    "public-keys": spec.publicKeys,
  })}\n`;
}

/** Settings of sshd that come first hold: it never looks at the key from the user data. */
async function addForeignHostKey(root: string): Promise<void> {
  const key = "etc/ssh/foreign_host_key";
  await mkdir(join(root, "etc/ssh/sshd_config.d"), { recursive: true });
  await makeKey(join(root, key), "foreign");
  await writeFile(join(root, "etc/ssh/sshd_config.d/10-foreign.conf"), `HostKey /${key}\n`);
}
