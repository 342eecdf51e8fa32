import { readFileSync, readlinkSync, statfsSync } from "node:fs";
import { hostname } from "node:os";

/** What Pulumi writes into a lock. */
export interface LockNote {
  readonly pid?: unknown;
  readonly username?: unknown;
  readonly hostname?: unknown;
  readonly timestamp?: unknown;
}

/** Who made a lock. */
export interface Holder {
  readonly pid: number;
  readonly user: string;
  readonly host: string;
  readonly sinceMs: number;
}

/** Whether a lock's holder still runs, as far as this machine can know. */
export interface Verdict {
  readonly state: "running" | "gone" | "unknown";
  readonly because: string;
}

/** A process as the kernel shows it. */
export interface RunningProcess {
  readonly name: string;
  readonly startedMs: number;
}

/** What is to be known of this machine. */
export interface Machine {
  readonly hostname: string;
  /** Whether all processes that could have this host name can be seen from here: not from inside a container. */
  readonly seesAllProcesses: boolean;
  /** Whether other machines may write to the same folder. */
  isShared(path: string): boolean;
  /** `hidden`: there is one, but it is not ours to look at. */
  process(pid: number): RunningProcess | "hidden" | undefined;
}

/** A process that began this much after the lock was made is not its holder; the rest is for clocks that are set meanwhile. */
const marginMs = 10_000;

/** Says `gone` only where nothing else is possible. */
export function judgeHolder({ pid, host, sinceMs }: Holder, path: string, machine = thisMachine): Verdict {
  const unknown = (because: string): Verdict => ({ state: "unknown", because });
  if (host !== machine.hostname) return unknown(`it is not known from here whether anything still runs on ${host}`);
  const found = machine.process(pid);
  // A process of that number may be another one by now, unless it looks like the engine.
  const isHolder =
    found === "hidden" || (found && (/^pulumi/.test(found.name) || found.startedMs < sinceMs + marginMs));
  if (isHolder) return { state: "running", because: "that process runs" };
  if (machine.isShared(path))
    return unknown(`the state is on a shared file system: another machine may be called ${host} as well`);
  if (!machine.seesAllProcesses) return unknown(`this is a container, and does not see all processes of ${host}`);
  return {
    state: "gone",
    because: found ? "that process ended, and its number belongs to another now" : "that process runs no more",
  };
}

const thisMachine: Machine = {
  hostname: hostname(),
  get seesAllProcesses() {
    return isFirstNamespace();
  },
  isShared,
  process: findProcess,
};

/** The kernel's first PID namespace always has this number. */
function isFirstNamespace(): boolean {
  try {
    return readlinkSync("/proc/self/ns/pid") === "pid:[4026531836]";
  } catch {
    return false;
  }
}

/** As in linux/magic.h: NFS, SMB (three), FUSE, Ceph, 9P, AFS, Coda, GFS2, OCFS2, Lustre. */
const sharedFileSystems = new Set([
  ...[0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x65735546, 0x00c36400, 0x01021997],
  ...[0x5346414f, 0x73757245, 0x01161970, 0x7461636f, 0x0bd00bd3],
]);

function isShared(path: string): boolean {
  try {
    return sharedFileSystems.has(statfsSync(path).type >>> 0);
  } catch {
    return true;
  }
}

/** Kernel times in /proc count in hundredths of a second on every architecture. */
const ticksPerSecond = 100;

function findProcess(pid: number): RunningProcess | "hidden" | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name stands in parentheses and may hold some itself.
    const end = stat.lastIndexOf(")");
    const fields = stat.slice(end + 2).split(" ");
    if (fields[0] === "Z") return undefined; // It has ended; only its parent has not noticed yet.
    const bootSeconds = Number(/^btime (\d+)$/m.exec(readFileSync("/proc/stat", "utf8"))?.[1]);
    const startedMs = (bootSeconds + Number(fields[19]) / ticksPerSecond) * 1000;
    return { name: stat.slice(stat.indexOf("(") + 1, end), startedMs };
  } catch {
    return signalReaches(pid) ? "hidden" : undefined;
  }
}

function signalReaches(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
