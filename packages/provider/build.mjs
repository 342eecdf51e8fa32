// Bundles the plugin into dist/plugin.cjs, so that it starts fast and needs no node_modules. `build.mjs FOLDER` bundles into
// another folder: a test must not replace the plugin that somebody is using.
import { cp, rename } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const resolveFrom = (from, name) => createRequire(from).resolve(name);
const packages = ["model", "quadlet", "ssh", "host", "patching"];
const scripts = ["host", "patching"].map((name) => join(here, "..", name, "scripts"));

const out = process.argv[2] ?? join(here, "dist");

/**
 * What starts without them: SSH comes with the first host, mail at the end of a patch run, the loader for a service of gRPC's that nobody asks for. Files of their
 * own beside the bundle: Node parses a file as a whole before it runs a line of it.
 */
const parts = new Map([
  ["ssh2", "./ssh2.cjs"],
  ["@grpc/proto-loader", "./proto-loader.cjs"],
  ["nodemailer", "./nodemailer.cjs"],
]);

/** @type {import("esbuild").BuildOptions} */
const options = {
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: false,
  logLevel: "warning",
  // ssh2's native parts are optional; it does without.
  external: ["cpu-features", "*.node"],
  define: { "import.meta.dirname": "__dirname" },
};

/** A plugin that starts in this moment sees the old file or the new one. */
async function buildFile(name, entryPoint, more = {}) {
  const file = join(out, name);
  const unfinished = `${file}.${process.pid}`;
  await build({ ...options, ...more, entryPoints: [entryPoint], outfile: unfinished });
  await rename(unfinished, file);
}

await buildFile("ssh2.cjs", resolveFrom(join(here, "..", "ssh", "package.json"), "ssh2"));
await buildFile("nodemailer.cjs", resolveFrom(join(here, "..", "patching", "package.json"), "nodemailer"));
const grpc = resolveFrom(join(here, "package.json"), "@grpc/grpc-js");
await buildFile("proto-loader.cjs", resolveFrom(grpc, "@grpc/proto-loader"));

// What runs on hosts is read at run time, from `scripts` beside the bundle.
for (const folder of scripts) await cp(folder, join(out, "scripts"), { recursive: true });
await buildFile("plugin.cjs", join(here, "src", "main.ts"), {
  // From the sources: no other build has to come first.
  alias: Object.fromEntries(packages.map((name) => [`@allmende/${name}`, join(here, "..", name, "src", "index.ts")])),
  plugins: [
    {
      name: "parts",
      setup: ({ onResolve }) => {
        onResolve({ filter: /./ }, ({ path }) => {
          const part = parts.get(path);
          return part === undefined ? undefined : { path: part, external: true };
        });
      },
    },
  ],
});
