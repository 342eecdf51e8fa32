import { setTimeout as delay } from "node:timers/promises";
import type { ApiLog } from "./api-log.js";
import type { FaultBook } from "./faults.js";
import type { Action, Project } from "./records.js";
import { type Store, timestamp } from "./store.js";

export interface ActionOrder {
  readonly command: string;
  /** What it works on: `server`, `volume`, … and identifier. They are locked until it ends. */
  readonly resources: readonly { readonly id: number; readonly type: string }[];
  readonly work: () => void | Promise<void>;
  /** Begins when this one has ended well; fails with it. */
  readonly after?: Action;
  /** What to do when it fails. */
  readonly undo?: () => void | Promise<void>;
}

/** Work that takes time. Every action is in the state from its start on, and is polled until it ends. */
export class Actions {
  readonly #store: Store;
  readonly #faults: FaultBook;
  readonly #minimumMs: number;
  readonly #log: ApiLog | undefined;
  readonly #ends = new Map<number, Promise<void>>();

  constructor(store: Store, faults: FaultBook, minimumMs: number, log?: ApiLog) {
    this.#log = log;
    this.#store = store;
    this.#faults = faults;
    this.#minimumMs = minimumMs;
  }

  start(project: Project, order: ActionOrder): Action {
    const { command, resources } = order;
    const action: Action = {
      id: this.#store.nextId(),
      command,
      status: "running",
      progress: 0,
      started: timestamp(),
      finished: null,
      resources,
      error: null,
    };
    project.actions.push(action);
    this.#store.save();
    const fault = this.#faults.takeAction(command);
    this.#ends.set(action.id, this.#perform(action, order, fault));
    return action;
  }

  /** Whether something works on this resource. */
  isBusy(project: Project, type: string, id: number): boolean {
    return project.actions.some(
      (action) =>
        action.status === "running" &&
        action.resources.some((resource) => resource.type === type && resource.id === id),
    );
  }

  /** Resolves when nothing is under way any more. */
  async settle(): Promise<void> {
    while (this.#ends.size > 0) await Promise.all(this.#ends.values());
  }

  async #perform(action: Action, order: ActionOrder, fault: string | undefined): Promise<void> {
    const begin = Date.now();
    await this.#work(action, order, fault);
    const what = `${action.command} ${action.resources.map(({ type, id }) => `${type} ${id}`).join(", ")}`;
    const detail = action.error?.message;
    this.#log?.({ what, outcome: action.status, elapsedMs: Date.now() - begin, ...(detail && { detail }) });
  }

  async #work(action: Action, order: ActionOrder, fault: string | undefined): Promise<void> {
    if (order.after !== undefined) await this.#ends.get(order.after.id);
    // A fault of the one before leaves nothing to work on.
    if (order.after?.status === "error") return this.#end(action, order.after.error?.message ?? "", order.undo);
    await delay(this.#minimumMs);
    if (fault !== undefined) return this.#end(action, fault, order.undo);
    try {
      await order.work();
      await this.#end(action);
    } catch (error) {
      await this.#end(action, error instanceof Error ? error.message : String(error), order.undo);
    }
  }

  async #end(action: Action, message?: string, undo?: ActionOrder["undo"]): Promise<void> {
    if (message !== undefined) await undo?.();
    action.progress = 100;
    action.finished = timestamp();
    action.status = message === undefined ? "success" : "error";
    action.error = message === undefined ? null : { code: "action_failed", message };
    this.#ends.delete(action.id);
    this.#store.save();
  }
}
