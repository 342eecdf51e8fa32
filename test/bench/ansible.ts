import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { PeerWork } from "./peer-work.js";

export type AnsibleStrategy = "linear" | "mitogen_linear";

export function ansibleCommand(strategy: AnsibleStrategy, bin: string, directory: string): readonly string[] {
  const configuration = `ANSIBLE_CONFIG=${join(directory, `${strategy}.cfg`)}`;
  return ["env", configuration, join(bin, "ansible-playbook"), "-i", "inventory.ini", "--check", "playbook.yml"];
}

/** `files`: those of the work, each with where its content lies and its label. */
export function writeAnsible(bin: string, directory: string, work: PeerWork, files: readonly object[]): void {
  const { host } = work;
  const write = (name: string, content: string) => writeFileSync(join(directory, name), content);
  const ssh = `-o UserKnownHostsFile=${join(directory, "known_hosts")} -o StrictHostKeyChecking=yes`;
  write(
    "inventory.ini",
    `[hosts]\n${host.address} ansible_user=${host.user} ansible_ssh_private_key_file=${host.privateKeyPath} ansible_ssh_common_args='${ssh}' ansible_python_interpreter=/usr/bin/python3\n`,
  );
  const common =
    "[defaults]\ngathering = explicit\ndisplay_ok_hosts = false\ndeprecation_warnings = false\nnocolor = true\n";
  const pipelining = "[ssh_connection]\npipelining = true\n";
  write("linear.cfg", common + pipelining);
  const mitogen = findStrategies(join(bin, "..", "lib"));
  write("mitogen_linear.cfg", `${common}strategy_plugins = ${mitogen}\nstrategy = mitogen_linear\n${pipelining}`);
  write("playbook.yml", stringify(playbook(work, files)));
}

/** Mitogen's strategy plugins, below the folder that is named after the Python version. */
function findStrategies(libraries: string): string {
  const python = readdirSync(libraries).find((name) => name.startsWith("python3")) ?? "python3";
  return join(libraries, python, "site-packages/ansible_mitogen/plugins/strategy");
}

/** `changed: [127.0.0.1] => (item=LABEL)` and `failed: [127.0.0.1] (item=LABEL) => {…}`. */
export function parseAnsible(output: string): readonly string[] {
  return [...output.matchAll(/^(?:changed|failed): \[[^\]]*\] (?:=> )?\(item=([^)]*)\)/gm)].map(
    ([, label = ""]) => label,
  );
}

/** What a careful administrator writes for the same checks; whether a unit is loaded as it is on disk comes along with its state. */
function playbook({ lines, units, limits }: PeerWork, files: readonly object[]): unknown {
  const loopControl = { label: "{{ item.label }}" };
  return [
    {
      hosts: "hosts",
      gather_facts: false,
      become: true,
      vars: { files, lines, units, limits },
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
          loop_control: loopControl,
        },
        {
          name: "lines",
          "ansible.builtin.lineinfile": { path: "{{ item.path }}", line: "{{ item.line }}" },
          loop: "{{ lines }}",
          loop_control: loopControl,
        },
        {
          name: "units",
          become_user: "{{ item.member }}",
          environment: { XDG_RUNTIME_DIR: "/run/user/{{ item.uid }}" },
          "ansible.builtin.systemd_service": { name: "{{ item.unit }}", scope: "user", state: "started" },
          register: "unit",
          loop: "{{ units }}",
          loop_control: { label: "{{ item.unit }}" },
        },
        {
          name: "loaded files",
          "ansible.builtin.assert": { that: ["item.status.NeedDaemonReload == 'no'"], quiet: true },
          ignore_errors: true,
          loop: "{{ unit.results }}",
          loop_control: { label: "{{ item.item.loadedLabel }}" },
        },
        {
          name: "limits",
          "ansible.builtin.shell": { cmd: "cat {{ item.path }}" },
          check_mode: false,
          changed_when: false,
          register: "limit",
          failed_when: "limit.stdout != item.limit",
          loop: "{{ limits }}",
          loop_control: loopControl,
        },
      ],
    },
  ];
}
