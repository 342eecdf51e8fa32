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
 * The process named by a pid file, if it is still the one that wrote it: its command line must hold `marker`, a path
 * that only this process has. After a reboot of the machine the number belongs to somebody else.
 */
export async function runningProcess(pidPath: string, marker: string): Promise<number | undefined> {
  const pid = Number(await readFile(pidPath, "utf8").catch(() => ""));
  if (!Number.isInteger(pid) || pid <= 1) return undefined;
  return namesPath(await commandLine(pid), marker) && !(await isZombie(pid)) ? pid : undefined;
}

/** Whether a path as a whole stands in a command line, alone or as `NAME=PATH`: not a reader of a file below it. */
export function namesPath(argv: readonly string[], path: string): boolean {
  return argv.some((argument) => argument === path || argument.endsWith(`=${path}`));
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
export function parseStat(
  text: string,
): { state: string; parent: number; session: number; startTicks: number } | undefined {
  const fields = text
    .slice(text.lastIndexOf(")") + 2)
    .trim()
    .split(" ");
  if (fields.length < 20) return undefined;
  return {
    state: fields[0] ?? "",
    parent: Number(fields[1]),
    session: Number(fields[3]),
    startTicks: Number(fields[19]),
  };
}

/**
 * Every process whose command line holds `marker`, with all of their descendants and everything else in the sessions of
 * those: a User Mode Linux makes a session of its own, and its guests' processes are its children.
 */
export async function processesOf(marker: string): Promise<number[]> {
  const pids = (await readdir("/proc"))
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(Number);
  const table = new Map<number, { parent: number; session: number }>();
  const found = new Set<number>();
  for (const pid of pids) {
    const fields = parseStat(await readFile(`/proc/${pid}/stat`, "utf8").catch(() => ""));
    if (fields === undefined || fields.state === "Z") continue;
    table.set(pid, fields);
    if (namesPath(await commandLine(pid), marker)) found.add(pid);
  }
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    const sessions = new Set(
      [...found].map((pid) => table.get(pid)?.session).filter((session) => session !== undefined && found.has(session)),
    );
    for (const [pid, { parent, session }] of table) if (found.has(parent) || sessions.has(session)) found.add(pid);
  }
  return [...found];
}

/** Kills what `processesOf` finds, launchers before what they would start again, and waits until nothing is left. */
export async function killProcessesOf(marker: string): Promise<void> {
  for (;;) {
    const pids = await processesOf(marker);
    if (pids.length === 0) return;
    for (const pid of pids) kill(pid, "SIGKILL");
    await delay(20);
  }
}

/** Asks the process of a pid file to end, kills it when it does not within 3 s, and removes the file. */
export async function stopDetached(pidPath: string, marker: string): Promise<void> {
  const pid = await runningProcess(pidPath, marker);
  if (pid !== undefined) {
    kill(pid, "SIGTERM");
    for (let waited = 0; waited < 3_000 && (await runningProcess(pidPath, marker)) !== undefined; waited += 50)
      await delay(50);
    if ((await runningProcess(pidPath, marker)) !== undefined) kill(pid, "SIGKILL");
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
