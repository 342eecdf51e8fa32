import { chmod, copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { assetPath, assetText, type CacheContext, type CacheEntry, cached } from "./cache.js";
import { command } from "./command.js";
import { hostSuite, sourceLine } from "./debian.js";
import {
  baseLayers,
  type ImageDefinition,
  imageDefinitions,
  imagePackages,
  templateLayers,
  templatePackages,
} from "./image-definitions.js";
import { addImage, addLayer, type Descriptor, writeIndex } from "./oci-layout.js";
import {
  fetchingLayers,
  fetchingPackages,
  largeImages,
  largeLayers,
  largePackages,
  largeScripts,
} from "./template-images.js";

const revision = 1;
const scripts = [
  "app.py",
  "broken.sh",
  "keep-files.sh",
  "postgres.sh",
  "push-images.sh",
  "serve-static.sh",
  "unhealthy.sh",
];

/** Images that are stored together, and what they are made of. */
interface ImageStore {
  readonly label: string;
  readonly sets: readonly LayerSet[];
  readonly images: readonly ImageDefinition[];
  /** Files of `registry/` that any of it depends on. */
  readonly scripts: readonly string[];
}

interface LayerSet {
  readonly packages: readonly string[];
  readonly layers: Readonly<Record<string, readonly string[]>>;
}

/** `storage/`: what a registry of the lab's images stores. Nothing is pulled from anywhere: every file is Debian's or this package's. */
export function registryImages(context: CacheContext): Promise<CacheEntry> {
  const sets = [
    { packages: imagePackages, layers: baseLayers },
    { packages: templatePackages, layers: templateLayers },
  ];
  return imageStore(context, { label: "container images", sets, images: imageDefinitions, scripts });
}

/** `storage/` with what stands in for the larger official images of service templates. */
export function templateImages(context: CacheContext): Promise<CacheEntry> {
  const sets = [
    { packages: largePackages, layers: largeLayers },
    { packages: fetchingPackages, layers: fetchingLayers },
  ];
  return imageStore(context, {
    label: "container images of templates",
    sets,
    images: largeImages,
    scripts: largeScripts,
  });
}

async function imageStore(context: CacheContext, { label, sets, images, scripts }: ImageStore): Promise<CacheEntry> {
  const texts = await Promise.all(scripts.map((name) => assetText("registry", name)));
  const definition = { hostSuite, sets, imageDefinitions: images, texts, revision };
  return cached(context, "registry", label, definition, async (directory) => {
    const layout = join(directory, "layout");
    const layers = new Map<string, Descriptor>();
    for (const set of sets) {
      const root = join((await unpackedPackages(context, set.packages)).directory, "root");
      for (const [name, paths] of Object.entries(set.layers)) {
        const draft = join(directory, name);
        await command(assetPath("registry", "keep-files.sh"), [root, draft, ...paths], { signal: context.signal });
        if (name === "postgres") await makeDataDirectory(draft);
        layers.set(name, await packLayer(layout, draft));
      }
    }
    const built = new Map<string, Descriptor>();
    for (const image of images)
      built.set(image.reference.replace(":", "-"), await buildImage(layout, directory, image, layers));
    await writeIndex(layout, built);
    const storage = join(directory, "storage");
    await mkdir(storage);
    const references = images.map((image) => image.reference);
    await command("unshare", ["--net", assetPath("registry", "push-images.sh"), storage, layout, ...references], {
      signal: context.signal,
    });
    await rm(layout, { recursive: true });
  });
}

/** `root/`: packages and what they depend on, unpacked without running any of their scripts. */
function unpackedPackages(context: CacheContext, packages: readonly string[]): Promise<CacheEntry> {
  const definition = { hostSuite, imagePackages: packages, revision };
  return cached(context, "registry", "packages for container images", definition, async (directory) => {
    const argv = [
      "--mode=root",
      "--variant=extract",
      `--include=${packages.join(",")}`,
      hostSuite,
      join(directory, "root"),
      await sourceLine(hostSuite),
    ];
    await command("mmdebstrap", argv, { signal: context.signal });
  });
}

async function buildImage(
  layout: string,
  directory: string,
  image: ImageDefinition,
  bases: ReadonlyMap<string, Descriptor>,
): Promise<Descriptor> {
  const draft = join(directory, "draft");
  await mkdir(draft, { recursive: true });
  for (const [path, source] of Object.entries(image.files)) {
    const target = join(draft, path);
    await mkdir(dirname(target), { recursive: true });
    if ("text" in source) await writeFile(target, source.text);
    else await copyFile(assetPath("registry", source.script), target);
    await chmod(target, "text" in source ? 0o644 : 0o755);
  }
  for (const [path, owner] of Object.entries(image.directories ?? {})) {
    await mkdir(join(draft, path), { recursive: true });
    await command("chown", [owner, join(draft, path)]);
    await chmod(join(draft, path), 0o1777);
  }
  const base = bases.get(image.base);
  if (base === undefined) throw new Error(`no base layer ${image.base}`);
  const layers = [base, await packLayer(layout, draft)];
  return addImage(layout, { ...image, environment: image.environment ?? {} }, layers);
}

/** The mount point of the data volume: Podman gives a new volume the owner that this has. */
async function makeDataDirectory(root: string): Promise<void> {
  await mkdir(join(root, "var/lib/postgresql/data"), { recursive: true });
  await command("chown", ["-R", "1000:1000", join(root, "var/lib/postgresql")]);
  // As in the official image: whichever user it is run as.
  await chmod(join(root, "var/lib/postgresql/data"), 0o1777);
}

/** Packs a directory as a layer that is the same for the same content, and removes it. */
async function packLayer(layout: string, directory: string): Promise<Descriptor> {
  const archive = `${directory}.tar`;
  await command("tar", ["-C", directory, "--sort=name", "--mtime=@0", "--numeric-owner", "-cf", archive, "."]);
  await rm(directory, { recursive: true });
  return addLayer(layout, archive);
}
