// Bundles the plugin into dist/plugin.cjs, so that it starts fast and needs no node_modules. `build.mjs FOLDER` bundles into
// another folder: a test must not replace the plugin that somebody is using.
import { cp, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const packages = ["model", "quadlet", "ssh", "host"];
const hostScripts = join(here, "..", "host", "scripts");

const out = process.argv[2] ?? join(here, "dist");
const bundle = join(out, "plugin.cjs");
const unfinished = `${bundle}.${process.pid}`;

await build({
  entryPoints: [join(here, "src", "main.ts")],
  outfile: unfinished,
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: false,
  logLevel: "warning",
  // From the sources: no other build has to come first.
  alias: Object.fromEntries(packages.map((name) => [`@allmende/${name}`, join(here, "..", name, "src", "index.ts")])),
  // ssh2's native parts are optional; it does without.
  external: ["cpu-features", "*.node"],
  define: { "import.meta.dirname": "__dirname" },
});

// What runs on hosts is read at run time, from `scripts` beside the bundle.
await cp(hostScripts, join(out, "scripts"), { recursive: true });
// A plugin that starts in this moment sees the old bundle or the new one.
await rename(unfinished, bundle);
