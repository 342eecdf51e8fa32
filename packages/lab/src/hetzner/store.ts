import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { emptyProject, type Project } from "./records.js";

interface Content {
  readonly version: 1;
  lastId: number;
  /** 0: none yet. */
  port: number;
  readonly projects: Project[];
}

/** Everything that the API knows, in one file that only its owner can read: a new process goes on from there. */
export class Store {
  readonly #path: string;
  readonly #content: Content;

  private constructor(path: string, content: Content) {
    this.#path = path;
    this.#content = content;
  }

  /** Actions that ran when the last process ended are failed: nobody works on them any more. */
  static open(path: string): Store {
    const store = new Store(path, readContent(path));
    for (const project of store.projects)
      for (const action of project.actions.filter(({ status }) => status === "running")) {
        action.status = "error";
        action.finished = timestamp();
        action.error = { code: "action_failed", message: "the emulator was stopped" };
      }
    return store;
  }

  get projects(): readonly Project[] {
    return this.#content.projects;
  }

  /** That the API was served on last, so that stacks find it again. */
  get port(): number {
    return this.#content.port;
  }

  set port(port: number) {
    this.#content.port = port;
  }

  /** The project of a token, made when it is new. */
  openProject(token: string): Project {
    const known = this.findProject(token);
    if (known !== undefined) return known;
    const project = emptyProject(token);
    this.#content.projects.push(project);
    this.save();
    return project;
  }

  findProject(token: string): Project | undefined {
    return this.projects.find((project) => project.token === token);
  }

  nextId(): number {
    this.#content.lastId += 1;
    return this.#content.lastId;
  }

  /** Replaces the file as a whole, so that a killed process leaves the old or the new one. */
  save(): void {
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
    writeFileSync(`${this.#path}.new`, JSON.stringify(this.#content), { mode: 0o600 });
    renameSync(`${this.#path}.new`, this.#path);
  }
}

function readContent(path: string): Content {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Content;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT")
      return { version: 1, lastId: 1000, port: 0, projects: [] };
    throw error;
  }
}

/** Now, as the API writes it: `2026-01-30T23:55:00+00:00`. */
export function timestamp(): string {
  return `${new Date().toISOString().slice(0, 19)}+00:00`;
}
