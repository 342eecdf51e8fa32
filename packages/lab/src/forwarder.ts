import { lstat, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import {
  forwardedPorts,
  gatewayAddress,
  insideAddress,
  namespaceOf,
  outsideAddress,
  registryAddress,
  registryPorts,
} from "./addresses.js";
import { assetPath, exists } from "./cache.js";
import { makeEmptyMirror } from "./empty-mirror.js";
import { LabError } from "./errors.js";
import type { LabPaths } from "./paths.js";
import { runningProcess, startDetached, stopDetached } from "./process.js";
import { type LabState, machinesOf } from "./state.js";

/** What the outside half listens on, as it reads it. */
export function renderForwarder(state: LabState): string {
  const gateway = gatewayAddress(state.number);
  const registry = { listen: registryAddress(state.number), connect: gateway, ports: registryPorts, cut: false };
  const hosts = machinesOf(state).map((host) => ({
    listen: outsideAddress(state.number, host.number),
    connect: insideAddress(state.number, host.number),
    ports: forwardedPorts,
    cut: host.cut,
  }));
  return JSON.stringify({ delayMs: state.delayMs, targets: [registry, ...hosts] });
}

/** Starts both halves of the forwarder, or tells the running one what changed; resolves when that is in force. */
export async function startForwarder(paths: LabPaths, state: LabState, mirror: string | undefined): Promise<void> {
  const { inside, outside } = markers(paths);
  await mkdir(paths.forwarder, { recursive: true, mode: 0o700 });
  const configuration = join(paths.forwarder, "forwarder.json");
  await writeFile(configuration, renderForwarder(state));
  await offerMirror(join(paths.forwarder, "mirror"), mirror);
  const log = (name: string) => join(paths.forwarder, `${name}.log`);
  if ((await runningProcess(inside.pidPath, inside.marker)) === undefined) {
    await rm(join(paths.forwarder, "inside.sock"), { force: true });
    const argv = [
      "netns",
      "exec",
      namespaceOf(state.name),
      process.execPath,
      assetPath("runtime", "inside.mjs"),
      paths.forwarder,
      gatewayAddress(state.number),
    ];
    await startDetached("ip", argv, log("inside"), inside.pidPath);
  }
  if ((await runningProcess(outside.pidPath, outside.marker)) === undefined) {
    await rm(join(paths.forwarder, "control.sock"), { force: true });
    await startDetached(
      process.execPath,
      [assetPath("runtime", "outside.mjs"), paths.forwarder],
      log("outside"),
      outside.pidPath,
    );
  }
  await awaitSocket(join(paths.forwarder, "inside.sock"), log("inside"));
  await awaitSocket(join(paths.forwarder, "control.sock"), log("outside"));
  await reload(paths);
}

/** What hosts see as their package archive: that of the stock image, once there is such a host, and until then an empty one. */
async function offerMirror(path: string, mirror: string | undefined): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (mirror === undefined) return found === undefined ? await makeEmptyMirror(path) : undefined;
  if (found?.isSymbolicLink()) return;
  await rm(path, { recursive: true, force: true });
  await symlink(mirror, path);
}

export async function isForwarderRunning(paths: LabPaths): Promise<boolean> {
  const { inside, outside } = markers(paths);
  return (
    (await runningProcess(inside.pidPath, inside.marker)) !== undefined &&
    (await runningProcess(outside.pidPath, outside.marker)) !== undefined
  );
}

export async function stopForwarder(paths: LabPaths): Promise<void> {
  for (const { pidPath, marker } of Object.values(markers(paths))) await stopDetached(pidPath, marker);
}

function markers(paths: LabPaths) {
  const half = (name: string) => ({ pidPath: join(paths.forwarder, `${name}.pid`), marker: paths.forwarder });
  return { inside: half("inside"), outside: half("outside") };
}

async function awaitSocket(path: string, logPath: string): Promise<void> {
  for (let waited = 0; waited < 10_000; waited += 50) {
    if (await exists(path)) return;
    await delay(50);
  }
  throw new LabError("The forwarder between the machine and its lab did not start", {
    code: "forwarder-failed",
    nextStep: `Read ${logPath}`,
  });
}

function reload(paths: LabPaths): Promise<void> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(join(paths.forwarder, "control.sock"), () => socket.write("reload\n"));
    socket.setEncoding("utf8");
    socket.on("data", (text: string) => (answer += text));
    socket.on("error", reject);
    socket.on("close", () => {
      if (answer === "ok\n") return resolve();
      reject(
        new LabError(`The forwarder refused its configuration: ${answer.trim() || "no answer"}`, {
          code: "forwarder-failed",
        }),
      );
    });
  });
}
