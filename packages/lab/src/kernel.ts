import { mkdir, readdir, rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { unpackPackages } from "./apt-directory.js";
import { type CacheContext, type CacheEntry, cached } from "./cache.js";
import { kernelSuite } from "./debian.js";

const packages = ["user-mode-linux", "libc6", "libgcc-s1"];
const revision = 1;

/** Drivers for hardware and file systems that no lab host has: a third of the modules, and of what every disk carries. */
const droppedModules = [
  "drivers/gpu",
  "drivers/iio",
  "drivers/md",
  "drivers/media",
  "drivers/mtd",
  "drivers/scsi",
  "drivers/target",
  "drivers/watchdog",
  "drivers/i2c",
  "drivers/hsi",
  "drivers/greybus",
  "drivers/hwtracing",
];
const keptFileSystems = ["fat", "fuse", "isofs", "nls", "overlayfs", "squashfs"];

/**
 * User Mode Linux with the C library that it was built for, as a root to chroot into: the same on Debian 12, whose
 * own library is too old for it, and on 13. `root/` is the root with `root/lab` to mount the cache on; `modules/` is for images.
 */
export function kernel(context: CacheContext): Promise<CacheEntry> {
  return cached(
    context,
    "kernel",
    "kernel",
    { kernelSuite, packages, droppedModules, keptFileSystems, revision },
    async (directory) => {
      const root = join(directory, "root");
      const apt = join(directory, "apt");
      await mkdir(root);
      await unpackPackages(kernelSuite, packages, apt, root, context.signal);
      await rm(apt, { recursive: true });
      for (const name of ["lib", "lib64"]) await symlink(`usr/${name}`, join(root, name));
      for (const name of ["dev", "lab", "proc", "tmp"]) await mkdir(join(root, name), { recursive: true });
      await rename(join(root, "usr/lib/uml/modules"), join(directory, "modules"));
      for (const version of await readdir(join(directory, "modules"))) {
        const tree = join(directory, "modules", version, "kernel");
        const dropped = (await readdir(join(tree, "fs")))
          .filter((name) => !keptFileSystems.includes(name))
          .map((name) => `fs/${name}`);
        for (const path of [...droppedModules, ...dropped])
          await rm(join(tree, path), { recursive: true, force: true });
      }
    },
  );
}
