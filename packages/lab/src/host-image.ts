import { cp, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { assetPath, assetText, type CacheContext, type CacheEntry, cached } from "./cache.js";
import { command } from "./command.js";
import { cloudPackages, hostSuite, provisionedPackages, sourceLine, stockPackages } from "./debian.js";
import type { ImageFlavour } from "./options.js";

const diskBytes = 8 * 1024 ** 3;
const revision = 1;

/**
 * The disk below every host of a flavour: `disk.img`, a sparse ext4 that hosts only ever read. Built with mmdebstrap
 * and `mkfs.ext4 -d`, so that nothing is mounted. For `stock`, `mirror/` beside it is a package archive of what provisioning installs.
 */
export async function hostImage(
  context: CacheContext,
  flavour: ImageFlavour,
  kernelEntry: CacheEntry,
): Promise<CacheEntry> {
  const packages = packagesOf(flavour);
  const scripts = [await assetText("image", "configure-host.sh"), await assetText("image", "make-mirror.sh")];
  if (flavour === "cloud") scripts.push(await assetText("image", "configure-cloud.sh"));
  const definition = {
    hostSuite,
    packages,
    mirror: provisionedPackages,
    scripts,
    diskBytes,
    kernel: kernelEntry.key,
    revision,
  };
  return cached(context, "images", `${flavour} image`, definition, async (directory) => {
    const root = join(directory, "root");
    await mkdir(root);
    await bootstrap(context, flavour, packages, root, join(directory, "mirror"));
    const modules = join(kernelEntry.directory, "modules");
    for (const version of await readdir(modules)) {
      await cp(join(modules, version), join(root, "usr/lib/modules", version), { recursive: true });
    }
    const disk = join(directory, "disk.img");
    await command("mkfs.ext4", ["-q", "-F", "-d", root, "-L", "lab", "-J", "size=32", disk, `${diskBytes / 1024}k`], {
      signal: context.signal,
    });
    await rm(root, { recursive: true });
  });
}

function packagesOf(flavour: ImageFlavour): readonly string[] {
  if (flavour === "stock") return stockPackages;
  return [...stockPackages, ...provisionedPackages, ...(flavour === "cloud" ? cloudPackages : [])];
}

async function bootstrap(
  context: CacheContext,
  flavour: ImageFlavour,
  packages: readonly string[],
  root: string,
  mirror: string,
): Promise<void> {
  const configure = `${quote(assetPath("image", "configure-host.sh"))} "$1" ${flavour}`;
  const makeMirror = `${quote(assetPath("image", "make-mirror.sh"))} "$1" ${quote(mirror)} ${provisionedPackages.join(" ")}`;
  const argv = [
    "--mode=root",
    "--variant=minbase",
    `--include=${packages.join(",")}`,
    '--aptopt=Acquire::Languages "none"',
    "--dpkgopt=force-unsafe-io",
    ...["/usr/share/man/*", "/usr/share/doc/*", "/usr/share/locale/*"].map((path) => `--dpkgopt=path-exclude=${path}`),
    "--dpkgopt=path-include=/usr/share/doc/*/copyright",
    ...(flavour === "stock" ? [`--customize-hook=${makeMirror}`] : []),
    `--customize-hook=${configure}`,
    ...(flavour === "cloud" ? [`--customize-hook=${quote(assetPath("image", "configure-cloud.sh"))} "$1"`] : []),
    hostSuite,
    root,
    await sourceLine(hostSuite),
  ];
  await command("mmdebstrap", argv, { signal: context.signal });
}

/** One word for the shell that mmdebstrap runs hooks with. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
