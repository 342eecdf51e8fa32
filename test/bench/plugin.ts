import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { projectDirectory } from "../lab/support/paths.js";
import { type Measurement, timeSeconds } from "./measure.js";

export const pluginPath = join(projectDirectory, "packages/provider/bin/pulumi-resource-allmende");

/** Starts a plugin as the engine does; resolves with its port. */
export async function startPlugin(
  command: readonly string[],
): Promise<{ port: number; pid: number; stop(): Promise<void> }> {
  const [program = "", ...args] = command;
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
  const exit = once(child, "exit");
  for await (const line of createInterface({ input: child.stdout })) {
    return {
      port: Number(line),
      pid: child.pid ?? 0,
      stop: async () => {
        child.kill();
        await exit;
      },
    };
  }
  throw new Error(`${program} ended without a port`);
}

/** From the start of the process until its port is there. */
export async function benchPlugin(): Promise<Measurement[]> {
  const start = async () => await (await startPlugin([pluginPath, "127.0.0.1:1"])).stop();
  await start();
  const seconds = await timeSeconds(15, start);
  return [
    {
      name: "plugin start",
      unit: "ms",
      values: seconds.map((value) => value * 1000),
      target: { operator: "<=", value: 250 },
    },
  ];
}
