// Bundles the plugin into dist/plugin.cjs, so that it starts fast and needs no node_modules.
import { cp, mkdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const packages = ["model", "quadlet", "ssh", "host"];
const hostScripts = join(here, "..", "host", "scripts");

await build({
  entryPoints: [join(here, "src", "main.ts")],
  outfile: join(here, "dist", "plugin.cjs"),
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
  define: { "import.meta.url": "bundleUrl" },
  banner: { js: 'const bundleUrl = require("node:url").pathToFileURL(__filename).href;' },
});

// The scripts that run on hosts are read at run time, from `../scripts` as seen from the code.
if (await stat(hostScripts).catch(() => undefined)) {
  await mkdir(join(here, "scripts"), { recursive: true });
  await cp(hostScripts, join(here, "scripts"), { recursive: true });
}
