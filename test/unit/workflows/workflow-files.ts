import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { projectDirectory } from "../../lab/support/paths.js";

/** Where the workflows lie, as they are copied into a repository. */
export const workflowDirectory = join(projectDirectory, "templates", "workflows");

export const workflowNames = ["nightly-patch", "request-check", "request-apply"] as const;
export type WorkflowName = (typeof workflowNames)[number];
export type Forge = "github" | "forgejo" | "gitlab";

/** GitLab has one pipeline; what a workflow is elsewhere are jobs of it there. */
const gitLabJobs: Readonly<Record<WorkflowName, readonly string[]>> = {
  "nightly-patch": ["nightly-patch"],
  "request-check": ["request-find", "request-check", "request-comment"],
  "request-apply": ["request-apply"],
};

export const gitLabPaths = {
  pipeline: join(workflowDirectory, "gitlab/.gitlab-ci.yml"),
  requests: join(workflowDirectory, "gitlab/.gitlab/requests.yml"),
};

export function workflowPath(forge: Forge, name: WorkflowName): string {
  if (forge === "gitlab") return name === "nightly-patch" ? gitLabPaths.pipeline : gitLabPaths.requests;
  return join(workflowDirectory, forge, `.${forge}`, "workflows", `${name}.yml`);
}

export const actionsPaths = (["github", "forgejo"] as const).flatMap((forge) =>
  workflowNames.map((name) => workflowPath(forge, name)),
);

/** A piece of shell that a runner executes, with the variables that it gets. */
export interface ShellStep {
  readonly job: string;
  readonly name: string;
  readonly script: string;
  readonly environment: Readonly<Record<string, string>>;
}

interface ActionsWorkflow {
  readonly jobs: Readonly<Record<string, ActionsJob>>;
}

interface ActionsJob {
  readonly env?: Readonly<Record<string, string>>;
  readonly steps: readonly {
    readonly name?: string;
    readonly run?: string;
    readonly env?: Readonly<Record<string, string>>;
  }[];
}

interface GitLabJob {
  readonly variables?: Readonly<Record<string, string>>;
  readonly script: readonly string[];
}

export function readWorkflow(forge: Forge, name: WorkflowName = "nightly-patch"): unknown {
  return parse(readFileSync(workflowPath(forge, name), "utf8"));
}

/** The shell of a workflow, step by step. `values` says what each `${{ … }}` is; one that is missing there throws. */
export function shellSteps(
  forge: Forge,
  values: Readonly<Record<string, string>>,
  workflow: WorkflowName = "nightly-patch",
): ShellStep[] {
  if (forge === "gitlab") return gitLabSteps(readWorkflow(forge, workflow) as Record<string, GitLabJob>, workflow);
  const { jobs } = readWorkflow(forge, workflow) as ActionsWorkflow;
  return Object.entries(jobs).flatMap(([job, { env: common, steps }]) =>
    steps.flatMap(({ name, run, env }) => {
      if (run === undefined) return [];
      const all = Object.entries({ ...common, ...env });
      const environment = Object.fromEntries(all.map(([key, value]) => [key, evaluate(value, values)]));
      return [{ job, name: name ?? run, script: evaluate(run, values), environment }];
    }),
  );
}

/** A job's script is one shell; what somebody fills into the form are variables that come on top. */
function gitLabSteps(pipeline: Readonly<Record<string, GitLabJob>>, workflow: WorkflowName): ShellStep[] {
  return gitLabJobs[workflow].flatMap((job) => {
    const found = pipeline[job];
    if (found === undefined) throw new Error(`there is no job ${job}`);
    const environment = Object.fromEntries(
      Object.entries(found.variables ?? {}).map(([key, value]) => [key, String(value)]),
    );
    return [{ job, name: job, script: found.script.join("\n"), environment }];
  });
}

function evaluate(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{\{\s*(.*?)\s*\}\}/g, (_, expression: string) => {
    const value = values[expression];
    if (value === undefined) throw new Error(`nobody says what \${{ ${expression} }} is`);
    return value;
  });
}
