import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { findPulumi } from "../../../packages/cli/bootstrap/tools.mjs";
import { projectDirectory } from "./paths.js";

/** What a stack's folder refers to, as it lies in a checkout. */
const beside = ["packages", "tsconfig.base.json"];

/** An empty folder for a stack, in a checkout of the tests'. Returns its path. */
export function stackFolder(name: string): string {
  const checkout = join(projectDirectory, "test", ".out", "checkout");
  const directory = join(checkout, "stacks", name);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  for (const path of beside) {
    if (!existsSync(join(checkout, path))) symlinkSync(join(projectDirectory, path), join(checkout, path));
  }
  return directory;
}

/** A stack folder as `pulumi new` makes it of a template. Returns its path. */
export async function generateStack(template: string, name: string): Promise<string> {
  const directory = stackFolder(name);
  const home = mkdtempSync(join(tmpdir(), "allmende-new-"));
  const pulumi = await findPulumi();
  if (pulumi === undefined) throw new Error("there is no Pulumi CLI: npm run setup");
  try {
    const argv = ["new", join(projectDirectory, "templates", template), "--dir", directory, "--name", name];
    const env = { PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true", PULUMI_BACKEND_URL: `file://${home}` };
    const options = ["--description", "Our hosts", "--generate-only", "--yes", "--non-interactive"];
    const result = await execa(pulumi, [...argv, ...options], { env, reject: false, all: true, stdin: "ignore" });
    // Without Node.js' language host it ends when everything is written; with it, that was the last step as well.
    if (result.exitCode !== 0 && !/language plugin|pulumi-language-nodejs/.test(result.all))
      throw new Error(result.all);
    return directory;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
