import { mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { ansibleCommand, parseAnsible, writeAnsible } from "./ansible.js";
import type { PeerWork } from "./peer-work.js";
import { parsePyinfra, pyinfraCommand, writePyinfra } from "./pyinfra.js";

const pins = ["ansible-core==2.19.14", "mitogen==0.3.54", "pyinfra==3.10.0"];

/** A tool that does the same checks as ours, in its dry mode. */
export interface Peer {
  readonly name: string;
  /** How much of the work it is given: every service costs the slow ones seconds. */
  readonly share: number;
  /** At least so many times slower than `drift`, and than `up --refresh`. */
  readonly targets: readonly [drift: number, refresh: number];
  readonly command: (bin: string, directory: string) => readonly string[];
  /** What of the work has drifted, by its output. */
  readonly parse: (output: string) => readonly string[];
}

export const peers: readonly Peer[] = [
  {
    name: "Ansible with Mitogen",
    share: 1,
    targets: [15, 4],
    command: (bin, directory) => ansibleCommand("mitogen_linear", bin, directory),
    parse: parseAnsible,
  },
  {
    name: "Ansible with pipelining",
    share: 0.2,
    targets: [100, 30],
    command: (bin, directory) => ansibleCommand("linear", bin, directory),
    parse: parseAnsible,
  },
  { name: "pyinfra", share: 0.2, targets: [100, 30], command: pyinfraCommand, parse: parsePyinfra },
];

/** Installs the peers from PyPI into the cache and returns the folder of their programs. */
export async function installPeers(): Promise<string> {
  const cache = process.env["ALLMENDE_CACHE"] ?? join(homedir(), ".cache", "allmende");
  const directory = join(cache, `peers-${pins.map((pin) => pin.split("==")[1]).join("-")}`);
  await execa("python3", ["-m", "venv", directory]);
  await execa(join(directory, "bin", "pip"), ["install", "--quiet", ...pins]);
  return join(directory, "bin");
}

/** What a peer's run took and said. */
export interface PeerRun {
  readonly seconds: number;
  readonly exitCode: number;
  readonly drifted: readonly string[];
  readonly output: string;
}

/** Runs a peer's check of `work`, once; never throws for what the peer does. */
export async function runPeer(peer: Peer, bin: string, directory: string, work: PeerWork): Promise<PeerRun> {
  writeWork(bin, directory, work);
  const [program = "", ...args] = peer.command(bin, directory);
  const start = performance.now();
  const run = await execa(program, args, { cwd: directory, stdin: "ignore", reject: false, all: true });
  const seconds = (performance.now() - start) / 1000;
  return { seconds, exitCode: run.exitCode ?? -1, drifted: peer.parse(run.stdout ?? ""), output: run.all ?? "" };
}

/** Playbooks, deploys and the files that they compare with. */
function writeWork(bin: string, directory: string, work: PeerWork): void {
  mkdirSync(join(directory, "files"), { recursive: true });
  const files = work.files.map(({ content, path, ...file }, index) => {
    const src = join(directory, "files", String(index));
    writeFileSync(src, content);
    return { src, dest: path, label: path, ...file };
  });
  writeFileSync(join(directory, "known_hosts"), `${work.host.address} ${work.host.hostKey}\n`);
  writeAnsible(bin, directory, work, files);
  writePyinfra(directory, work, files);
}
