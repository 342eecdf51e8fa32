import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { projectDirectory } from "../../lab/support/paths.js";

/** Where the workflows lie, as they are copied into a repository. */
const workflowDirectory = join(projectDirectory, "templates", "workflows");

export const workflowPaths = {
  github: join(workflowDirectory, "github/.github/workflows/nightly-patch.yml"),
  forgejo: join(workflowDirectory, "forgejo/.forgejo/workflows/nightly-patch.yml"),
  gitlab: join(workflowDirectory, "gitlab/.gitlab-ci.yml"),
} as const;

export type Forge = keyof typeof workflowPaths;

/** A piece of shell that a runner executes, with the variables that it gets. */
export interface ShellStep {
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

export function readWorkflow(forge: Forge): unknown {
  return parse(readFileSync(workflowPaths[forge], "utf8"));
}

/** The shell of a workflow, step by step. `values` says what each `${{ … }}` is; one that is missing there throws. */
export function shellSteps(forge: Forge, values: Readonly<Record<string, string>>): ShellStep[] {
  if (forge === "gitlab") return gitLabSteps(readWorkflow(forge) as Record<string, GitLabJob>);
  const { jobs } = readWorkflow(forge) as ActionsWorkflow;
  return Object.values(jobs).flatMap((job) =>
    job.steps.flatMap(({ name, run, env }) => {
      if (run === undefined) return [];
      const all = Object.entries({ ...job.env, ...env });
      const environment = Object.fromEntries(all.map(([key, value]) => [key, evaluate(value, values)]));
      return [{ name: name ?? run, script: evaluate(run, values), environment }];
    }),
  );
}

/** A job's script is one shell; what somebody fills into the form are variables that come on top. */
function gitLabSteps(pipeline: Readonly<Record<string, GitLabJob>>): ShellStep[] {
  const jobs = Object.entries(pipeline).filter(([, job]) => Array.isArray(job.script));
  return jobs.map(([name, { script, variables = {} }]) => ({
    name,
    script: script.join("\n"),
    environment: { ...variables },
  }));
}

function evaluate(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{\{\s*(.*?)\s*\}\}/g, (_, expression: string) => {
    const value = values[expression];
    if (value === undefined) throw new Error(`nobody says what \${{ ${expression} }} is`);
    return value;
  });
}
