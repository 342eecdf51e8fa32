import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { installActionlint, installGitLabCiLocal } from "./linters.js";
import { readWorkflow, shellSteps, workflowPaths } from "./workflow-files.js";

/** What an expression becomes where its value does not matter. */
const anything = new Proxy({}, { get: (_, expression) => `<${String(expression)}>` });

interface Workflow {
  readonly permissions?: unknown;
  readonly concurrency: unknown;
  readonly on: { readonly schedule: unknown; readonly workflow_dispatch: { readonly inputs: object } };
  readonly jobs: { readonly patch: { readonly "timeout-minutes": number; readonly steps: readonly Step[] } };
}

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly env?: object;
}

const actions = ["github", "forgejo"] as const;
const workflow = (forge: (typeof actions)[number]) => readWorkflow(forge) as Workflow;

describe("linters find nothing", () => {
  test("actionlint, with the shell of the steps", { timeout: 300_000 }, async () => {
    const program = await installActionlint();
    // Forgejo names the server of an action, and its runners are called otherwise.
    const known = ['label "docker" is unknown', 'specifying action "https://code.forgejo.org/[a-z/-]+@[0-9a-f]{40}"'];
    const files = [workflowPaths.github, workflowPaths.forgejo];
    const { all, exitCode } = await execa(
      program,
      ["-no-color", ...known.flatMap((each) => ["-ignore", each]), ...files],
      { reject: false, all: true },
    );
    expect(all).toBe("");
    expect(exitCode).toBe(0);
  });

  test("GitLab's schema and rules: a job at night and by hand on a protected branch, none for a push", {
    timeout: 300_000,
  }, async () => {
    const script = await installGitLabCiLocal();
    const directory = mkdtempSync(join(tmpdir(), "allmende-gitlab-"));
    try {
      await execa("git", ["init", "--quiet", directory]);
      const answer = async (text: string, source: string, isProtected: boolean, ...more: readonly string[]) => {
        writeFileSync(join(directory, ".gitlab-ci.yml"), text);
        const variables = [`CI_PIPELINE_SOURCE=${source}`, `CI_COMMIT_REF_PROTECTED=${isProtected}`];
        const args = [script, "--list-json", ...more, ...variables.flatMap((each) => ["--variable", each])];
        return (await execa("node", args, { cwd: directory, reject: false, all: true })).all;
      };
      const text = readFileSync(workflowPaths.gitlab, "utf8");
      const wrong = text.replace("interruptible: false", "interruptible: perhaps");
      expect(await answer(wrong, "web", true)).toContain("must be boolean at nightly-patch.interruptible");
      expect(await answer(text, "schedule", true)).toContain('"when": "on_success"');
      // The schema costs seconds.
      const rulesOnly = "--json-schema-validation=false";
      expect(await answer(text, "web", true, rulesOnly)).toContain('"when": "on_success"');
      for (const [source, isProtected] of [["push", true] as const, ["web", false] as const])
        expect(await answer(text, source, isProtected, rulesOnly)).toContain('"when": "never"');
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe.each(actions)("%s", (forge) => {
  const { patch } = workflow(forge).jobs;

  test("pins what it takes from others to one content", () => {
    const used = patch.steps.flatMap(({ uses }) => (uses === undefined ? [] : [uses]));
    expect(used.length).toBeGreaterThan(2);
    for (const uses of used) expect(uses).toMatch(/@[0-9a-f]{40}$/);
  });

  test("runs once at a time, to its end", () => {
    expect(workflow(forge).concurrency).toEqual({ group: "allmende-patch", "cancel-in-progress": false });
  });

  test("puts nothing into the shell but by the environment, and secrets only where they are used", () => {
    for (const { run, env } of patch.steps) {
      expect(run ?? "").not.toContain("${{");
      if (JSON.stringify(env ?? {}).includes("secrets.")) expect(run).toBe("sh templates/workflows/nightly.sh");
    }
  });

  test("keeps what is to be kept after a failure as well", () => {
    const kept = patch.steps.filter(({ uses }) => /upload-artifact|cache\/save/.test(uses ?? ""));
    expect(kept.map((step) => step.if)).toEqual(["always()", "always()"]);
  });
});

test("GitHub's token may only read the repository", () => {
  expect(workflow("github").permissions).toEqual({ contents: "read" });
});

test("Forgejo runs what GitHub runs, at the same times", () => {
  const { on } = workflow("github");
  expect(workflow("forgejo").on).toEqual(on);
  expect(shellSteps("forgejo", anything)).toEqual(shellSteps("github", anything));
});

test("GitLab runs the same as well", () => {
  const lines = shellSteps("gitlab", anything).map(({ script }) => script.replace(/^BY=\S+ /gm, ""));
  expect(lines.join("\n")).toBe(
    shellSteps("github", anything)
      .map(({ script }) => script)
      .join("\n"),
  );
});
