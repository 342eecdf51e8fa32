import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { type CacheContext, cached, defaultCacheDirectory } from "./cache.js";
import { command } from "./command.js";
import { hostSuite, sourceLine } from "./debian.js";

const packages = ["qemu-system-x86", "grub-pc-bin", "grub2-common", "e2fsprogs"];
const revision = 1;

/**
 * The root of a Debian of the hosts' release with QEMU and GRUB's programs, unpacked on first use, which takes half a
 * minute: lab hosts have no boot loader. Nothing is installed; programs run with its own C library. Throws LabError
 * `command-failed`, `no-mirror`.
 */
export async function bootMachine(cacheDir = defaultCacheDirectory()): Promise<string> {
  const context: CacheContext = { cacheDir, report: () => {} };
  const definition = { hostSuite, packages, revision };
  const entry = await cached(context, "boot-machine", "a machine with a boot loader", definition, async (directory) => {
    const root = join(directory, "root");
    await mkdir(root);
    const include = `--include=${packages.join(",")}`;
    const small = ["man", "doc", "locale"].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`);
    const argv = ["--mode=root", "--variant=extract", '--aptopt=Acquire::Languages "none"', ...small, include];
    await command("mmdebstrap", [...argv, hostSuite, root, await sourceLine(hostSuite)]);
    for (const name of ["bin", "sbin", "lib", "lib64"])
      await symlink(`usr/${name}`, join(root, name)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== "EEXIST") throw error;
      });
  });
  return join(entry.directory, "root");
}
