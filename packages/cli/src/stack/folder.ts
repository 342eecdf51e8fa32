import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { UserError } from "@allmende/model";
import { parse } from "yaml";

/** A folder with a Pulumi program, and the stack of it that a command means. */
export interface StackFolder {
  readonly directory: string;
  /** `name:` of Pulumi.yaml. */
  readonly project: string;
  /** Name of the stack, e.g. `lab` for Pulumi.lab.yaml. */
  readonly stack: string;
  /** Absolute path of the program. */
  readonly program: string;
  /** `backend: {url}` of Pulumi.yaml. */
  readonly backendUrl?: string | undefined;
  /** Configuration that Pulumi.yaml asks of every stack, without a value that it would have by itself: name, description. */
  readonly required: ReadonlyMap<string, string>;
}

interface ProjectFile {
  readonly name?: unknown;
  readonly main?: unknown;
  readonly backend?: { readonly url?: unknown } | null;
  readonly config?: Readonly<Record<string, unknown>> | null;
}

/**
 * Reads the stack folder at `path`.
 * The stack is `stackName`, else PULUMI_STACK, else the one of a single Pulumi.NAME.yaml, else the folder's name.
 * Throws a UserError when the folder holds no Pulumi program.
 */
export function readStackFolder(path: string, stackName?: string, environment = process.env): StackFolder {
  const directory = resolve(path);
  const file = ["Pulumi.yaml", "Pulumi.yml"].map((name) => join(directory, name)).find(existsSync);
  if (file === undefined) {
    throw new UserError(`there is no Pulumi.yaml in ${directory}`, {
      code: "no-stack",
      concerns: directory,
      nextStep: "give the folder of a stack, such as stacks/lab",
    });
  }
  const settings = parseProjectFile(file);
  return {
    directory,
    project: typeof settings.name === "string" ? settings.name : basename(directory),
    stack: stackName ?? environment["PULUMI_STACK"] ?? stackNameIn(directory),
    program: programOf(directory, settings),
    backendUrl: typeof settings.backend?.url === "string" ? settings.backend.url : undefined,
    required: requiredOf(settings),
  };
}

/** As Pulumi reads `config:`: a plain value is one, and so are `default` and `value`. */
function requiredOf({ config }: ProjectFile): ReadonlyMap<string, string> {
  const declared = Object.entries(config ?? {}).flatMap(([name, entry]) => {
    if (typeof entry !== "object" || entry === null || "default" in entry || "value" in entry) return [];
    const { description } = entry as { readonly description?: unknown };
    return [[name, typeof description === "string" ? description : ""] as const];
  });
  return new Map(declared);
}

function parseProjectFile(file: string): ProjectFile {
  try {
    return (parse(readFileSync(file, "utf8")) ?? {}) as ProjectFile;
  } catch (cause) {
    throw new UserError(`${file} is not valid YAML`, {
      code: "bad-project",
      concerns: file,
      cause,
      nextStep: "correct the file",
    });
  }
}

/** The stacks that a folder has settings for: `lab` for Pulumi.lab.yaml. */
export function stackNamesIn(directory: string): string[] {
  return readdirSync(directory).flatMap((name) => /^Pulumi\.(.+)\.ya?ml$/.exec(name)?.[1] ?? []);
}

function stackNameIn(directory: string): string {
  const names = stackNamesIn(directory);
  if (names.length > 1) {
    throw new UserError(`this folder has several stacks: ${names.join(", ")}`, {
      code: "stack-ambiguous",
      concerns: directory,
      nextStep: `say which, for example: --stack ${names[0]}`,
    });
  }
  return names[0] ?? basename(directory);
}

function programOf(directory: string, settings: ProjectFile): string {
  const main = typeof settings.main === "string" ? resolve(directory, settings.main) : directory;
  const candidates = [main, ...["index.ts", "index.mts", "index.js", "index.mjs"].map((name) => join(main, name))];
  const program = candidates.find((candidate) => /\.m?[jt]s$/.test(candidate) && existsSync(candidate));
  if (program === undefined) {
    throw new UserError(`there is no program (index.ts) in ${directory}`, {
      code: "no-program",
      concerns: directory,
      nextStep: "write an index.ts, or name it with `main:` in Pulumi.yaml",
    });
  }
  return program;
}
