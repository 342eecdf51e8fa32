import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Actions } from "./actions.js";
import { createApi } from "./api.js";
import type { MachineDriver, MachineSpec } from "./driver.js";
import { FaultBook } from "./faults.js";
import { Store } from "./store.js";
import type { Limits } from "./world.js";

/** Machines that are only written down, for tests of the API's own rules; real ones are tested in a lab. */
class WrittenMachines implements MachineDriver {
  readonly specs = new Map<string, MachineSpec>();
  readonly running = new Set<string>();
  readonly ramMiB = new Map<string, number>();
  readonly volumes = new Map<number, { sizeGB: number; machine: string | undefined }>();

  addressOf(number: number): string {
    return `127.77.0.${10 + number}`;
  }

  async create(spec: MachineSpec): Promise<void> {
    this.specs.set(spec.name, spec);
    this.ramMiB.set(spec.name, spec.ramMiB);
  }

  async start(name: string): Promise<void> {
    this.running.add(name);
  }

  async cut(name: string): Promise<void> {
    this.running.delete(name);
  }

  async pressPower(name: string): Promise<void> {
    this.running.delete(name);
  }

  async isRunning(name: string): Promise<boolean> {
    return this.running.has(name);
  }

  async setRam(name: string, ramMiB: number): Promise<void> {
    this.ramMiB.set(name, ramMiB);
  }

  async remove(name: string): Promise<void> {
    this.running.delete(name);
    this.specs.delete(name);
  }

  async makeVolume(id: number, sizeGB: number): Promise<void> {
    this.volumes.set(id, { sizeGB, machine: undefined });
  }

  async growVolume(id: number, sizeGB: number): Promise<void> {
    this.volumes.set(id, { machine: this.volumes.get(id)?.machine, sizeGB });
  }

  async removeVolume(id: number): Promise<void> {
    this.volumes.delete(id);
  }

  async attachVolume(machine: string, id: number): Promise<void> {
    this.volumes.set(id, { sizeGB: this.volumes.get(id)?.sizeGB ?? 0, machine });
  }

  async detachVolume(_machine: string, id: number): Promise<void> {
    this.volumes.set(id, { sizeGB: this.volumes.get(id)?.sizeGB ?? 0, machine: undefined });
  }
}

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the tests look into bodies of every shape.
  readonly body: any;
  readonly headers: Headers;
}

/** The API without a socket and with machines that are only written down; one project for each token used. */
export function writtenApi(
  limits: Partial<Limits> = {},
  path = join(mkdtempSync(join(tmpdir(), "hetzner-")), "state.json"),
) {
  const store = Store.open(path);
  const faults = new FaultBook();
  const actions = new Actions(store, faults, 0);
  const driver = new WrittenMachines();
  const api = createApi({
    store,
    faults,
    actions,
    driver,
    limits: { servers: 10, volumes: 10, primaryIps: 20, ...limits },
  });
  store.openProject("first");
  store.openProject("second");
  const ask = async (method: string, url: string, body?: unknown, token = "first"): Promise<Answer> => {
    const response = await api.request(`/v1${url}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? undefined : JSON.parse(text), headers: response.headers };
  };
  return { ask, api, actions, driver, faults, path };
}
