import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { occurrencesOf, parsePatchWindow } from "@allmende/model";
import { beginByMs } from "@allmende/patching";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { projectDirectory } from "../../lab/support/paths.js";
import { installActionlint, installActSchema, installGitLabCiLocal } from "./linters.js";
import {
  actionsPaths,
  gitLabPaths,
  readWorkflow,
  shellSteps,
  type WorkflowName,
  workflowDirectory,
  workflowNames,
  workflowPath,
} from "./workflow-files.js";

/** What an expression becomes where its value does not matter. */
const anything = new Proxy({}, { get: (_, expression) => `<${String(expression)}>` });

interface Workflow {
  readonly permissions?: unknown;
  readonly concurrency: { readonly group: string; readonly "cancel-in-progress": boolean };
  readonly on: object;
  readonly jobs: Readonly<Record<string, { readonly permissions?: unknown; readonly steps: readonly Step[] }>>;
}

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly with?: object;
  readonly env?: Readonly<Record<string, string>>;
}

const actions = ["github", "forgejo"] as const;
const workflow = (forge: (typeof actions)[number]) => readWorkflow(forge) as Workflow;

test.each(actions)(
  "%s: the hours fit the window of the README in summer and in winter, early enough for hosts after the canary",
  (forge) => {
    const [{ cron }] = (workflow(forge).on as { schedule: [{ cron: string }] }).schedule;
    const [, minute, from, to] = /^(\d+) (\d+)-(\d+) \* \* \*$/.exec(cron) ?? [];
    const readme = readFileSync(join(projectDirectory, "README.md"), "utf8");
    const [, yaml] = /```yaml\n# inventory\/windows\.yaml\n([\s\S]*?)```/.exec(readme) ?? [];
    const [[name, input]] = Object.entries(parse(yaml ?? "") as Record<string, object>) as [[string, object]];
    const parsed = parsePatchWindow({ ...input, name, waves: [], blackouts: [] } as never);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.findings));
    const hosts = ["web1", "web2"].map((each) => ({ name: each, labels: {} })) as never;
    for (const day of ["2027-01-12", "2027-07-13"]) {
      const midnight = Date.parse(`${day}T00:00Z`);
      const [opening] = occurrencesOf(parsed.value, midnight, midnight + 4 * 3_600_000);
      if (opening === undefined) throw new Error(`${name} does not open on ${day}`);
      const runs = Array.from({ length: Number(to) - Number(from) + 1 }, (_, index) => {
        return midnight + ((Number(from) + index) * 60 + Number(minute)) * 60_000;
      });
      const first = runs.find((at) => at >= opening.startMs) ?? Number.NaN;
      expect(first - opening.startMs).toBeLessThan(15 * 60_000);
      expect(first).toBeLessThan(beginByMs(parsed.value, hosts, opening) ?? 0);
    }
  },
);

describe("linters find nothing", () => {
  test("actionlint, with the shell of the steps", { timeout: 300_000 }, async () => {
    const program = await installActionlint();
    // Forgejo names the server of an action, and its runners are called otherwise.
    const known = ['label "docker" is unknown', 'specifying action "https://code.forgejo.org/[a-z/-]+@[0-9a-f]{40}"'];
    const { all, exitCode } = await execa(
      program,
      ["-no-color", ...known.flatMap((each) => ["-ignore", each]), ...actionsPaths],
      { reject: false, all: true },
    );
    expect(all).toBe("");
    expect(exitCode).toBe(0);
  });

  test("the schema of act, from which Forgejo's runner descends, for every workflow; what breaks one is found", {
    timeout: 300_000,
  }, async () => {
    const program = await installActSchema();
    const check = async (...paths: readonly string[]) => {
      const { stdout, exitCode } = await execa(program, paths, { reject: false });
      return { stdout, exitCode };
    };
    expect(await check(...actionsPaths)).toEqual({ stdout: "", exitCode: 0 });
    const directory = mkdtempSync(join(tmpdir(), "allmende-forgejo-"));
    try {
      const broken = async (name: WorkflowName, from: string, to: string) => {
        const text = readFileSync(workflowPath("forgejo", name), "utf8");
        expect(text).toContain(from);
        writeFileSync(join(directory, "broken.yml"), text.replace(from, to));
        const { stdout, exitCode } = await check(join(directory, "broken.yml"));
        expect(exitCode).toBe(1);
        return stdout;
      };
      expect(await broken("nightly-patch", "runs-on:", "run-on:")).toContain("Unknown Property run-on");
      expect(await broken("request-apply", "concurrency:", "concurency:")).toContain("Unknown Property concurency");
      expect(await broken("request-check", "pull_request_target:", "pull_request_targets:")).toContain(
        "Unknown Property pull_request_targets",
      );
      const expression = await broken("nightly-patch", "always()", "allways()");
      expect(expression).toContain("allways");
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test("GitLab's schema and rules: each job for its occasion on a protected branch, none for what others push", {
    timeout: 300_000,
  }, async () => {
    const script = await installGitLabCiLocal();
    const directory = mkdtempSync(join(tmpdir(), "allmende-gitlab-"));
    try {
      await execa("git", ["init", "--quiet", "--initial-branch=main", directory]);
      cpSync(join(workflowDirectory, "gitlab"), directory, { recursive: true });
      await execa("git", ["-C", directory, "add", "."]);
      const answer = async (source: string, isProtected: boolean, what: string, ...more: readonly string[]) => {
        const variables = [`CI_PIPELINE_SOURCE=${source}`, `CI_COMMIT_REF_PROTECTED=${isProtected}`, `WHAT=${what}`];
        const args = [script, "--list-json", ...more, ...variables.flatMap((each) => ["--variable", each])];
        const { stdout, all } = await execa("node", args, { cwd: directory, reject: false, all: true });
        return { stdout, all };
      };
      const text = readFileSync(gitLabPaths.pipeline, "utf8");
      writeFileSync(join(directory, ".gitlab-ci.yml"), text.replace("interruptible: false", "interruptible: perhaps"));
      expect((await answer("web", true, "window")).all).toContain("must be boolean at nightly-patch.interruptible");
      writeFileSync(join(directory, ".gitlab-ci.yml"), text);
      const jobs = async (source: string, isProtected: boolean, what = "window", ...more: readonly string[]) => {
        const { stdout, all } = await answer(source, isProtected, what, ...more);
        expect(all).toContain("nightly-patch");
        const listed = JSON.parse(stdout.slice(stdout.search(/^\[/m))) as {
          readonly name: string;
          readonly when: string;
        }[];
        return listed.filter(({ when }) => when !== "never").map(({ name }) => name);
      };
      expect(await jobs("schedule", true)).toEqual(["nightly-patch"]);
      // The schema costs seconds.
      const rulesOnly = "--json-schema-validation=false";
      expect(await jobs("web", true, "emergency", rulesOnly)).toEqual(["nightly-patch"]);
      expect(await jobs("web", true, "apply", rulesOnly)).toEqual(["request-apply"]);
      expect(await jobs("schedule", true, "apply", rulesOnly)).toEqual(["request-apply"]);
      const check = ["request-find", "request-check", "request-comment"];
      expect(await jobs("trigger", true, "window", rulesOnly)).toEqual(check);
      expect(await jobs("web", true, "check", rulesOnly)).toEqual(check);
      for (const source of ["web", "trigger", "merge_request_event"])
        expect(await jobs(source, false, "apply", rulesOnly)).toEqual([]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

const all = actions.flatMap((forge) => workflowNames.map((name) => ({ forge, name })));

describe.each(all)("$forge, $name", ({ forge, name }) => {
  const { jobs, concurrency } = readWorkflow(forge, name) as Workflow;
  const steps = Object.values(jobs).flatMap((job) => job.steps);

  test("pins what it takes from others to one content, and leaves no credentials behind", () => {
    const used = steps.flatMap(({ uses }) => (uses === undefined ? [] : [uses]));
    expect(used.length).toBeGreaterThan(1);
    for (const uses of used) expect(uses).toMatch(/@[0-9a-f]{40}$/);
    const checkouts = steps.filter(({ uses }) => uses?.includes("actions/checkout@"));
    for (const { with: settings } of checkouts) expect(settings).toMatchObject({ "persist-credentials": false });
  });

  test("puts nothing into the shell but by the environment, and secrets only where they are used", () => {
    const scripts = ["nightly.sh", "request-apply.sh"].map((script) => `sh templates/workflows/${script}`);
    for (const { run, env } of steps) {
      expect(run ?? "").not.toContain("${{");
      if (JSON.stringify(env ?? {}).includes("secrets.")) expect(scripts).toContain(run);
    }
  });

  test("runs once at a time; what has begun on hosts comes to its end", () => {
    const isCheck = name === "request-check";
    expect(concurrency["cancel-in-progress"]).toBe(isCheck);
    if (!isCheck) expect(concurrency.group).not.toContain("${{");
  });

  test("keeps what is to be kept after a failure as well", () => {
    const kept = steps.filter(({ uses }) => /upload-artifact|cache\/save/.test(uses ?? ""));
    expect(kept.map((step) => step.if)).toEqual(name === "request-check" ? [] : ["always()", "always()"]);
  });
});

describe("a change that anybody may propose", () => {
  test.each(actions)(
    "%s: is checked by the main branch's workflow and code, without secrets, cache or credentials",
    (forge) => {
      const { on, jobs } = readWorkflow(forge, "request-check") as Workflow;
      expect(Object.keys(on)).toEqual(["pull_request_target"]);
      const text = JSON.stringify(jobs);
      for (const word of ["secrets", "environment", "cache/", '"ref"', "head.ref", "head.repo"])
        expect(text).not.toContain(word);
      const withToken = Object.values(jobs).flatMap(({ steps }) => steps.filter(({ env }) => env?.["FORGE_TOKEN"]));
      expect(withToken.map(({ run }) => run)).toEqual([
        "sh templates/workflows/request-check.sh fetch",
        "node templates/workflows/post-comment.mjs",
      ]);
    },
  );

  test("GitHub's token may write comments in the one job that does nothing else", () => {
    const { permissions, jobs } = readWorkflow("github", "request-check") as Workflow;
    expect(permissions).toEqual({});
    expect(jobs["check"]?.permissions).toEqual({ contents: "read" });
    expect(jobs["comment"]?.permissions).toEqual({ contents: "read", "pull-requests": "write" });
    expect(jobs["comment"]?.steps.flatMap(({ run }) => run ?? [])).toEqual([
      "node templates/workflows/post-comment.mjs",
    ]);
  });

  test("GitLab's job that reads it has no environment, whose variables are secrets; those that have run one file", () => {
    const jobs = readWorkflow("gitlab", "request-check") as Record<string, { environment?: { name: string } }>;
    const scopes = ["request-find", "request-check", "request-comment", "request-apply"].map(
      (job) => jobs[job]?.environment?.name,
    );
    expect(scopes).toEqual(["allmende-comments", undefined, "allmende-comments", "allmende"]);
  });

  test("Forgejo and GitLab run what GitHub runs", () => {
    for (const name of ["request-check", "request-apply"] as const) {
      expect(shellSteps("forgejo", anything, name)).toEqual(shellSteps("github", anything, name));
      expect(readWorkflow("forgejo", name)).toMatchObject({ on: (readWorkflow("github", name) as Workflow).on });
      const lines = (forge: "github" | "gitlab") =>
        shellSteps(forge, anything, name).flatMap(({ script }) => script.split("\n"));
      expect(lines("gitlab")).toEqual(expect.arrayContaining(lines("github")));
    }
  });
});

test.each(["nightly-patch", "request-apply"] as const)(
  "%s: whoever may read artefacts reads no calendar that was fetched from a secret address",
  (name) => {
    const [out, memory] = name === "nightly-patch" ? ["nightly", "nightly-memory"] : ["applied", "apply-memory"];
    for (const forge of actions) {
      const { jobs } = readWorkflow(forge, name) as Workflow;
      const steps = Object.values(jobs).flatMap((job) => job.steps);
      const kept = steps.filter(({ uses }) => uses?.includes("upload-artifact"));
      expect(kept.map((step) => step.with)).toMatchObject([{ path: `${out}\n${memory}/mail-*.jsonl\n` }]);
    }
    const job = (readWorkflow("gitlab", name) as Record<string, { artifacts: { paths: string[] } }>)[name];
    expect(job?.artifacts.paths).toEqual([`${out}/`, `${memory}/mail-*.jsonl`]);
  },
);

test("whoever applies may read who approved, and nothing more", () => {
  const { permissions } = readWorkflow("github", "request-apply") as Workflow;
  expect(permissions).toEqual({ contents: "read", "pull-requests": "read" });
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
