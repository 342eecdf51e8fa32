import type { PodmanVersion } from "@allmende/quadlet";
import { type BareTree, renderManifest } from "./manifest.js";
import { manifestPath } from "./paths.js";
import type { ResourceFile, ResourceTree } from "./resource.js";

/** What rendering has to know about the host. */
export interface RenderContext {
  readonly podman: PodmanVersion;
}

/** Debian 13's. */
export const defaultRenderContext: RenderContext = { podman: { major: 5, minor: 4, patch: 2 } };

/** A world-readable file of root's. */
export function rootFile(path: string, content: string, effect: "restart" | "quiet" = "quiet"): ResourceFile {
  return { path, mode: 0o644, owner: "root", group: "root", content, secret: false, effect };
}

/** Adds the manifest, as the last file. */
export function completeTree(tree: BareTree): ResourceTree {
  const manifest: ResourceFile = { ...rootFile(manifestPath(tree.id), renderManifest(tree)), mode: 0o600 };
  return { ...tree, files: [...tree.files, manifest] };
}
