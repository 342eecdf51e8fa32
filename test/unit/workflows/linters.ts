import { existsSync } from "node:fs";
import { join } from "node:path";
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
