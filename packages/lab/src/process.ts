import { spawn } from "node:child_process";
import { open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { tryCommand } from "./command.js";

/**
 * Starts a program that outlives this process, in a session of its own, its output appended to `logPath`.
 * Its process id is in `pidPath` before this returns.
 */
export async function startDetached(
  file: string,
  argv: readonly string[],
  logPath: string,
  pidPath: string,
): Promise<number> {
  const log = await open(logPath, "a");
  try {
    const child = spawn(file, argv, { detached: true, stdio: ["ignore", log.fd, log.fd], cwd: "/" });
    const pid = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("spawn", () => resolve(child.pid ?? -1));
    });
    child.unref();
    await writeFile(pidPath, `${pid}\n`);
    return pid;
  } finally {
    await log.close();
  }
}

/**
 * The process named by a pid file, if it is still the one that wrote it: its command line must hold `marker`, a path or name
 * that only this process has. After a reboot of the machine the number belongs to somebody else.
 */
export async function runningProcess(pidPath: string, marker: string): Promise<number | undefined> {
  const pid = Number(await readFile(pidPath, "utf8").catch(() => ""));
  if (!Number.isInteger(pid) || pid <= 1) return undefined;
  return (await commandLine(pid)).some((argument) => argument.includes(marker)) && !(await isZombie(pid))
    ? pid
    : undefined;
}

async function commandLine(pid: number): Promise<string[]> {
  return (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => ""))
    .split("\0")
    .filter((argument) => argument !== "");
}

async function isZombie(pid: number): Promise<boolean> {
  const fields = parseStat(await readFile(`/proc/${pid}/stat`, "utf8").catch(() => ""));
  return fields === undefined || fields.state === "Z";
}

/** The fields of /proc/PID/stat that matter here; the name in parentheses may hold anything. */
export function parseStat(text: string): { state: string; session: number; startTicks: number } | undefined {
  const fields = text
    .slice(text.lastIndexOf(")") + 2)
    .trim()
    .split(" ");
  if (fields.length < 20) return undefined;
  return { state: fields[0] ?? "", session: Number(fields[3]), startTicks: Number(fields[19]) };
}

/** Every process of a session that `startDetached` made, its leader included. */
export async function sessionProcesses(session: number): Promise<number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const found: number[] = [];
  for (const pid of pids) {
    const fields = parseStat(await readFile(`/proc/${pid}/stat`, "utf8").catch(() => ""));
    if (fields?.session === session && fields.state !== "Z") found.push(pid);
  }
  return found;
}

/** Ends a whole session at once and waits until none of its processes is left. */
export async function killSession(session: number): Promise<void> {
  for (;;) {
    const pids = await sessionProcesses(session);
    if (pids.length === 0) return;
    for (const pid of pids) kill(pid, "SIGKILL");
    await delay(20);
  }
}

/** Asks the process of a pid file to end, kills its session when it does not within 3 s, and removes the file. */
export async function stopDetached(pidPath: string, marker: string): Promise<void> {
  const pid = await runningProcess(pidPath, marker);
  if (pid !== undefined) {
    kill(pid, "SIGTERM");
    for (let waited = 0; waited < 3_000 && (await runningProcess(pidPath, marker)) !== undefined; waited += 50)
      await delay(50);
    await killSession(pid);
  }
  await rm(pidPath, { force: true });
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself in the meantime.
  }
}

/** When a process started. */
export async function startTime(pid: number): Promise<Date | undefined> {
  const fields = parseStat(await readFile(`/proc/${pid}/stat`, "utf8").catch(() => ""));
  const uptime = Number((await readFile("/proc/uptime", "utf8")).split(" ")[0]);
  if (fields === undefined) return undefined;
  const ticks = Number((await tryCommand("getconf", ["CLK_TCK"])).stdout) || 100;
  return new Date(Date.now() - (uptime - fields.startTicks / ticks) * 1_000);
}
