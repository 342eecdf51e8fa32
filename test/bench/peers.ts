import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { FileEntry, ResourceTree } from "@allmende/host";
import type { LabHost } from "@allmende/lab";
import { memberUid } from "@allmende/model";
import { execa } from "execa";
import { stringify } from "yaml";
import { cgroupOf } from "../lab/support/cgroup.js";

const pins = ["ansible-core==2.19.14", "mitogen==0.3.54", "pyinfra==3.10.0"];

/** The same checks for every tool: each file's content, owner and mode; each unit running; each live limit. */
export interface PeerWork {
  readonly host: LabHost;
  readonly files: readonly FileEntry[];
  readonly services: readonly ResourceTree[];
}

/** Installs the peers from PyPI into the cache and returns the folder of their programs. */
export async function installPeers(): Promise<string> {
  const cache = process.env["ALLMENDE_CACHE"] ?? join(homedir(), ".cache", "allmende");
  const directory = join(cache, `peers-${pins.map((pin) => pin.split("==")[1]).join("-")}`);
  await execa("python3", ["-m", "venv", directory]);
  await execa(join(directory, "bin", "pip"), ["install", "--quiet", ...pins]);
  return join(directory, "bin");
}

/** Writes inventory, playbooks and deploys for `work`; returns each peer's command. */
export function writePeers(
  directory: string,
  bin: string,
  work: PeerWork,
): Record<"ansible" | "mitogen" | "pyinfra", readonly string[]> {
  mkdirSync(join(directory, "files"), { recursive: true });
  const { host } = work;
  const knownHosts = join(directory, "known_hosts");
  writeFileSync(knownHosts, `${host.address} ${host.hostKey}\n`);
  const files = work.files.map((file, index) => {
    const source = join(directory, "files", String(index));
    writeFileSync(source, file.content);
    return {
      src: source,
      dest: file.path,
      mode: `0${file.mode.toString(8)}`,
      owner: String(file.owner),
      group: String(file.group),
    };
  });
  const units = work.services.flatMap(({ unit, member }) =>
    unit && member
      ? [
          {
            unit: unit.name,
            member: member.name,
            uid: memberUid(member.number),
            limit: String(unit.memoryMaxBytes),
            cgroup: `${cgroupOf(member.number, unit.name)}/memory.max`,
          },
        ]
      : [],
  );
  const ssh = `-o UserKnownHostsFile=${knownHosts} -o StrictHostKeyChecking=yes`;
  writeFileSync(
    join(directory, "inventory.ini"),
    `[hosts]\n${host.address} ansible_user=${host.user} ansible_ssh_private_key_file=${host.privateKeyPath} ansible_ssh_common_args='${ssh}' ansible_python_interpreter=/usr/bin/python3\n`,
  );
  for (const strategy of ["linear", "mitogen_linear"]) {
    writeFileSync(join(directory, `${strategy}.cfg`), ansibleConfiguration(strategy, bin));
    writeFileSync(join(directory, `${strategy}.yml`), stringify(playbook(files, units)));
  }
  writeFileSync(join(directory, "items.json"), JSON.stringify({ files, units }));
  writeFileSync(join(directory, "deploy.py"), deploy);
  writeFileSync(
    join(directory, "inventory.py"),
    `hosts = [("${host.address}", {"ssh_user": "${host.user}", "ssh_key": "${host.privateKeyPath}", "ssh_known_hosts_file": "${knownHosts}", "_sudo": True})]\n`,
  );
  const ansible = (strategy: string) => [
    "env",
    `ANSIBLE_CONFIG=${join(directory, `${strategy}.cfg`)}`,
    join(bin, "ansible-playbook"),
    "-i",
    "inventory.ini",
    "--check",
    `${strategy}.yml`,
  ];
  return {
    ansible: ansible("linear"),
    mitogen: ansible("mitogen_linear"),
    pyinfra: [join(bin, "pyinfra"), "-y", "--dry", "inventory.py", "deploy.py"],
  };
}

/** Mitogen's strategy plugins, below the folder that is named after the Python version. */
function findStrategies(libraries: string): string {
  const python = readdirSync(libraries).find((name) => name.startsWith("python3")) ?? "python3";
  return join(libraries, python, "site-packages/ansible_mitogen/plugins/strategy");
}

function ansibleConfiguration(strategy: string, bin: string): string {
  const mitogen = findStrategies(join(bin, "..", "lib"));
  const plugins = strategy === "mitogen_linear" ? `strategy_plugins = ${mitogen}\nstrategy = mitogen_linear\n` : "";
  return `[defaults]\ngathering = explicit\ndisplay_ok_hosts = false\ndeprecation_warnings = false\n${plugins}[ssh_connection]\npipelining = true\n`;
}

/** What a careful administrator writes for the same checks. */
function playbook(files: readonly object[], units: readonly object[]): unknown {
  return [
    {
      hosts: "hosts",
      gather_facts: false,
      become: true,
      vars: { files, units },
      tasks: [
        {
          name: "files",
          "ansible.builtin.copy": {
            src: "{{ item.src }}",
            dest: "{{ item.dest }}",
            owner: "{{ item.owner }}",
            group: "{{ item.group }}",
            mode: "{{ item.mode }}",
          },
          loop: "{{ files }}",
        },
        {
          name: "units",
          become_user: "{{ item.member }}",
          environment: { XDG_RUNTIME_DIR: "/run/user/{{ item.uid }}" },
          "ansible.builtin.systemd_service": { name: "{{ item.unit }}", scope: "user", state: "started" },
          loop: "{{ units }}",
        },
        {
          name: "limits",
          "ansible.builtin.command": { cmd: "cat {{ item.cgroup }}" },
          check_mode: false,
          changed_when: false,
          register: "limit",
          failed_when: "limit.stdout != item.limit",
          loop: "{{ units }}",
        },
      ],
    },
  ];
}

const deploy = `import json
from pathlib import Path
from pyinfra import host
from pyinfra.facts.server import Command
from pyinfra.operations import files, systemd

items = json.loads((Path(__file__).parent / "items.json").read_text())
for item in items["files"]:
    files.put(src=item["src"], dest=item["dest"], user=item["owner"], group=item["group"], mode=item["mode"], _sudo=True)
for item in items["units"]:
    systemd.service(service=item["unit"], running=True, user_mode=True, user_name=item["member"], machine=".host", _sudo=True)
    if host.get_fact(Command, command="cat " + item["cgroup"], _sudo=True) != item["limit"]:
        raise SystemExit("limit differs: " + item["unit"])
`;
