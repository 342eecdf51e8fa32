import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

/** A blob of an OCI layout, as descriptors name it. */
export interface Descriptor {
  readonly mediaType: string;
  /** `sha256:` and 64 hex digits. */
  readonly digest: string;
  /** In bytes. */
  readonly size: number;
}

const layerType = "application/vnd.oci.image.layer.v1.tar";
const configType = "application/vnd.oci.image.config.v1+json";
const manifestType = "application/vnd.oci.image.manifest.v1+json";

export interface ImageConfig {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly port?: number | undefined;
  readonly user?: string | undefined;
}

/** Configuration of an image whose layers are uncompressed tars: their digests are their diff ids. */
export function renderImageConfig(config: ImageConfig, layers: readonly Descriptor[]): string {
  const environment = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", ...config.environment };
  return JSON.stringify({
    created: "1970-01-01T00:00:00Z",
    architecture: "amd64",
    os: "linux",
    config: {
      User: config.user ?? "1000:1000",
      Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
      Cmd: config.command,
      WorkingDir: "/",
      ...(config.port === undefined ? {} : { ExposedPorts: { [`${config.port}/tcp`]: {} } }),
    },
    rootfs: { type: "layers", diff_ids: layers.map((layer) => layer.digest) },
    history: layers.map(() => ({ created: "1970-01-01T00:00:00Z", created_by: "allmende lab" })),
  });
}

/** Moves a tar archive into the layout as a layer. */
export async function addLayer(layout: string, tarPath: string): Promise<Descriptor> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(tarPath), hash);
  const hex = hash.digest("hex");
  const { size } = await stat(tarPath);
  await mkdir(join(layout, "blobs", "sha256"), { recursive: true });
  await rename(tarPath, join(layout, "blobs", "sha256", hex));
  return { mediaType: layerType, digest: `sha256:${hex}`, size };
}

/** Adds configuration and manifest of an image; the result belongs into the index under the image's name. */
export async function addImage(
  layout: string,
  config: ImageConfig,
  layers: readonly Descriptor[],
): Promise<Descriptor> {
  const configDescriptor = await addText(layout, configType, renderImageConfig(config, layers));
  const manifest = { schemaVersion: 2, mediaType: manifestType, config: configDescriptor, layers };
  return addText(layout, manifestType, JSON.stringify(manifest));
}

/** Completes the layout: images by the name that `oci:LAYOUT:NAME` finds them by. */
export async function writeIndex(layout: string, images: ReadonlyMap<string, Descriptor>): Promise<void> {
  const manifests = [...images].map(([name, image]) => ({
    ...image,
    annotations: { "org.opencontainers.image.ref.name": name },
  }));
  await writeFile(join(layout, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  await writeFile(join(layout, "index.json"), JSON.stringify({ schemaVersion: 2, manifests }));
}

async function addText(layout: string, mediaType: string, text: string): Promise<Descriptor> {
  const hex = createHash("sha256").update(text).digest("hex");
  await mkdir(join(layout, "blobs", "sha256"), { recursive: true });
  await writeFile(join(layout, "blobs", "sha256", hex), text);
  return { mediaType, digest: `sha256:${hex}`, size: Buffer.byteLength(text) };
}
