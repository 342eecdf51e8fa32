import { createHash } from "node:crypto";
import { cpSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fillCache } from "../../../packages/cli/bootstrap/cache.mjs";
import { ensureGo } from "../../../packages/cli/bootstrap/go.mjs";
import { run } from "../../../packages/cli/bootstrap/processes.mjs";
import { cacheDirectory } from "../../../packages/cli/bootstrap/tools.mjs";

const actionlint = { name: "actionlint/1.7.12", module: "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12" };
// Newer ones need a Node.js that is newer than ours.
const gitLab = { name: "gitlab-ci-local/4.61.1", package: "gitlab-ci-local@4.61.1" };

/** The checker of GitHub's workflows, built once from its Go module; its path. */
export async function installActionlint(): Promise<string> {
  const program = join(cacheDirectory(), actionlint.name, "actionlint");
  if (existsSync(program)) return program;
  const go = await ensureGo();
  await fillCache(actionlint.name, async (to: string) => {
    const env = { GOBIN: to, CGO_ENABLED: "0", GOFLAGS: "-trimpath", GOTOOLCHAIN: "auto", GOWORK: "off" };
    await run(go, ["install", actionlint.module], { cwd: to, env });
  });
  return program;
}

/**
 * The strict schema that act and the runners made of it check a workflow against, Forgejo's own too, which no registry
 * carries; built once from Go modules; its path.
 */
export async function installActSchema(): Promise<string> {
  const source = fileURLToPath(new URL("schema", import.meta.url));
  const files = ["main.go", "go.mod", "go.sum"];
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(join(source, file)));
  const name = `act-schema/${hash.digest("hex").slice(0, 16)}`;
  const program = join(cacheDirectory(), name, "act-schema");
  if (existsSync(program)) return program;
  const go = await ensureGo();
  await fillCache(name, async (to: string) => {
    for (const file of files) cpSync(join(source, file), join(to, file));
    const env = {
      CGO_ENABLED: "0",
      GOFLAGS: "-mod=readonly -trimpath -buildvcs=false",
      GOTOOLCHAIN: "auto",
      GOWORK: "off",
    };
    await run(go, ["build", "-o", join(to, "act-schema"), "."], { cwd: to, env });
  });
  return program;
}

/** What reads, checks and runs GitLab's pipelines without a server, fetched once from npm; its script's path. */
export async function installGitLabCiLocal(): Promise<string> {
  const script = join(cacheDirectory(), gitLab.name, "node_modules/gitlab-ci-local/src/index.js");
  if (existsSync(script)) return script;
  await fillCache(gitLab.name, async (to: string) => {
    const args = [
      "install",
      "--prefix",
      to,
      "--no-save",
      "--no-audit",
      "--no-fund",
      "--ignore-scripts",
      gitLab.package,
    ];
    await run("npm", args, { cwd: to });
  });
  return script;
}
