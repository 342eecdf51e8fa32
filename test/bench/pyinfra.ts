import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PeerWork } from "./peer-work.js";

/** Without `--yes`: with it, pyinfra skips its change detection, also in a dry run, and looks at nothing. */
export function pyinfraCommand(bin: string): readonly string[] {
  return [join(bin, "pyinfra"), "--dry", "--json", "inventory.py", "deploy.py"];
}

/** `files`: those of the work, each with where its content lies and its label. */
export function writePyinfra(directory: string, work: PeerWork, files: readonly object[]): void {
  const { host, lines, units, limits } = work;
  const write = (name: string, content: string) => writeFileSync(join(directory, name), content);
  write("items.json", JSON.stringify({ files, lines, units, limits }));
  write("deploy.py", deploy);
  const data = {
    ssh_user: host.user,
    ssh_key: host.privateKeyPath,
    ssh_known_hosts_file: join(directory, "known_hosts"),
  };
  write("inventory.py", `hosts = [(${JSON.stringify(host.address)}, ${JSON.stringify(data)})]\n`);
}

interface Plan {
  readonly plan?: readonly { readonly names: readonly string[]; readonly hosts_with_change: readonly string[] }[];
}

/** The operations of a plan that would change something. */
export function parsePyinfra(output: string): readonly string[] {
  const line = output.split("\n").find((each) => each.startsWith('{"plan"'));
  const { plan = [] }: Plan = line === undefined ? {} : JSON.parse(line);
  return plan.filter((operation) => operation.hosts_with_change.length > 0).flatMap(({ names }) => names);
}

/**
 * What a careful administrator writes for the same checks. Units are asked as their member: `--machine` would cost three
 * times as much. What is as declared needs no operation.
 */
const deploy = `import json
from pathlib import Path
from pyinfra import host
from pyinfra.facts.server import Command
from pyinfra.operations import files, server, systemd

items = json.loads((Path(__file__).parent / "items.json").read_text())
for item in items["files"]:
    files.put(name=item["label"], src=item["src"], dest=item["dest"], user=item["owner"], group=item["group"], mode=item["mode"], _sudo=True)
for item in items["lines"]:
    files.line(name=item["label"], path=item["path"], line=item["line"], _sudo=True)
for item in items["units"]:
    as_member = {"_sudo": True, "_sudo_user": item["member"], "_env": {"XDG_RUNTIME_DIR": "/run/user/" + str(item["uid"])}}
    systemd.service(name=item["unit"], service=item["unit"], running=True, user_mode=True, **as_member)
    loaded = host.get_fact(Command, command="systemctl --user show --property NeedDaemonReload --value " + item["unit"], **as_member)
    if loaded != "no":
        systemd.daemon_reload(name=item["loadedLabel"], user_mode=True, **as_member)
for item in items["limits"]:
    if host.get_fact(Command, command="cat " + item["path"] + " || true", _sudo=True) != item["limit"]:
        server.shell(name=item["label"], commands=["for path in " + item["path"] + "; do echo " + item["limit"] + " >$path; done"], _sudo=True)
`;
