import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureGo } from "./go.mjs";
import { step } from "./progress.mjs";
import { root } from "./tools.mjs";

/** The plugin for Hetzner Cloud, in the cache: from Go modules, which takes some minutes once. After the packages are built. */
export async function ensureHcloudPlugin() {
  const { findHcloudPlugin, hcloudPlugin } = await import(
    pathToFileURL(join(root, "packages", "lab", "dist", "index.js")).href
  );
  if ((await findHcloudPlugin()) !== undefined) return;
  const go = await ensureGo();
  await step("Build Pulumi's plugin for Hetzner Cloud", () => hcloudPlugin({ go }));
}
