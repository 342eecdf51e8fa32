import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LabHost } from "@allmende/lab";
import { limitOf, type UnitItem } from "./peer-work.js";

/** Without `--yes`: with it, pyinfra skips its change detection, also in a dry run, and looks at nothing. */
export function pyinfraCommand(bin: string): readonly string[] {
  return [join(bin, "pyinfra"), "--dry", "--json", "inventory.py", "deploy.py"];
}

export function writePyinfra(
  directory: string,
  host: LabHost,
  files: readonly object[],
  units: readonly UnitItem[],
): void {
  const write = (name: string, content: string) => writeFileSync(join(directory, name), content);
  const labelled = units.map((unit) => ({ ...unit, limitLabel: limitOf(unit.unit) }));
  write("items.json", JSON.stringify({ files, units: labelled }));
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
 * times as much. A limit that is as declared needs no operation.
 */
const deploy = `import json
from pathlib import Path
from pyinfra import host
from pyinfra.facts.server import Command
from pyinfra.operations import files, server, systemd

items = json.loads((Path(__file__).parent / "items.json").read_text())
for item in items["files"]:
    files.put(name=item["label"], src=item["src"], dest=item["dest"], user=item["owner"], group=item["group"], mode=item["mode"], _sudo=True)
for item in items["units"]:
    systemd.service(
        name=item["unit"], service=item["unit"], running=True, user_mode=True,
        _sudo=True, _sudo_user=item["member"], _env={"XDG_RUNTIME_DIR": "/run/user/" + str(item["uid"])},
    )
    if host.get_fact(Command, command="cat " + item["cgroup"] + " || true", _sudo=True) != item["limit"]:
        server.shell(name=item["limitLabel"], commands=["echo " + item["limit"] + " >" + item["cgroup"]], _sudo=True)
`;
