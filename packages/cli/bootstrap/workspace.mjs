import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fillCache } from "./cache.mjs";
import { run } from "./processes.mjs";
import { step } from "./progress.mjs";
import { cacheDirectory, findOnPath, pinnedPnpm, root } from "./tools.mjs";
import { parseVersion } from "./versions.mjs";

const markPath = join(root, "node_modules", ".allmende-installed");

/**
 * pnpm 10 as a command: the one on PATH, else a cached one, else fetched through npm into the cache.
 * @returns {Promise<readonly [string, ...string[]]>}
 */
async function findPnpm() {
  const onPath = findOnPath("pnpm");
  if (onPath !== undefined) {
    const { stdout } = await run(onPath, ["--version"], {
      cwd: root,
      allowFailure: true,
      timeoutMs: 60_000,
    });
    if (parseVersion(stdout)?.major === 10) return [onPath];
  }
  const version = pinnedPnpm();
  const name = `pnpm/${version}`;
  const script = join(cacheDirectory(), name, "node_modules", "pnpm", "bin", "pnpm.cjs");
  if (!existsSync(script)) {
    await step(`Fetch pnpm ${version}`, (note) =>
      fillCache(name, async (directory) => {
        await run("npm", ["install", "--prefix", directory, "--no-save", `pnpm@${version}`], {
          cwd: directory,
          onLine: note,
        });
      }),
    );
  }
  return [process.execPath, script];
}

/**
 * Installs the workspace's dependencies exactly as locked; nothing to do when neither lock file nor manifests changed.
 * Outside CI, a stack folder of the user's own that the lock file does not know yet is added to it.
 */
export async function installDependencies() {
  const digest = dependenciesDigest();
  if (existsSync(markPath) && readFileSync(markPath, "utf8") === digest) return;
  const [command, ...args] = await findPnpm();
  await step("Install the workspace's dependencies", (note) =>
    // CI=true: pnpm asks nothing when it has to replace a node_modules of another layout.
    run(
      command,
      [...args, "install", process.env.CI ? "--frozen-lockfile" : "--no-frozen-lockfile", "--reporter=append-only"],
      {
        cwd: root,
        env: { CI: "true" },
        onLine: note,
      },
    ),
  );
  writeFileSync(markPath, digest);
}

/** Compiles all packages and bundles the plugin; incremental. */
export async function build() {
  await step("Build the packages", (note) => run("npm", ["run", "--silent", "build"], { cwd: root, onLine: note }));
}

function dependenciesDigest() {
  const hash = createHash("sha256");
  for (const path of ["pnpm-lock.yaml", "pnpm-workspace.yaml", ...manifests()]) {
    hash.update(`${path}\n`).update(readFileSync(join(root, path)));
  }
  return hash.digest("hex");
}

function manifests() {
  const folders = ["packages", "stacks"].flatMap((parent) =>
    existsSync(join(root, parent)) ? readdirSync(join(root, parent)).map((name) => `${parent}/${name}`) : [],
  );
  return ["package.json", ...["test", ...folders].map((folder) => `${folder}/package.json`)]
    .filter((path) => existsSync(join(root, path)))
    .sort();
}
