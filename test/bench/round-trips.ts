import {
  expectedObservation,
  inspectHost,
  planDrift,
  type ResourceTree,
  renderResources,
  renderTree,
} from "@allmende/host";
import { type HostInventory, parseService } from "@allmende/model";
import { SshPool } from "@allmende/ssh";
import { startSshd } from "@allmende/ssh/testing";
import { type Measurement, timeSeconds } from "./measure.js";
import { startRelay } from "./relay.js";

const roundTripMs = 50;
const rounds = 15;

/** Its own view of /etc and /var/lib: what the benchmark writes there is seen by this sshd alone. */
const ownFileTree = `
mount -t tmpfs tmpfs /mnt && mkdir /mnt/etc /mnt/lib /mnt/work-etc /mnt/work-lib
mount -t overlay overlay -o lowerdir=/etc,upperdir=/mnt/etc,workdir=/mnt/work-etc /etc
mount -t overlay overlay -o lowerdir=/var/lib,upperdir=/mnt/lib,workdir=/mnt/work-lib /var/lib`;

/** 20 resources over a line with 50 ms of round trip, at a machine that is not the bottleneck. */
export async function benchRoundTrips(say: (line: string) => void): Promise<Measurement[]> {
  const trees = renderResources(inventory());
  say(`${trees.length} resources, ${roundTripMs} ms of round trip`);
  const sshd = await startSshd({ prepareNamespace: ownFileTree });
  const relay = await startRelay({ address: "127.0.0.1", port: sshd.port }, roundTripMs);
  const credentials = { privateKeyPath: sshd.privateKeyPath };
  const connection = { ...sshd.connection, port: relay.port };
  try {
    await using direct = new SshPool({ credentials });
    await writeFiles(await direct.get(sshd.connection), trees);
    const cold = await timeSeconds(rounds, async () => {
      await using pool = new SshPool({ credentials });
      checkFiles(trees, await inspectHost(await pool.get(connection)));
    });
    await using pool = new SshPool({ credentials });
    const ssh = await pool.get(connection);
    await inspectHost(ssh);
    const open = await timeSeconds(rounds, async () => checkFiles(trees, await inspectHost(ssh)));
    return [
      {
        name: "no-op of 20 resources, open connection, 50 ms line",
        unit: "s",
        values: open,
        target: { operator: "<=", value: 0.3 },
      },
      {
        name: "no-op of 20 resources, from cold, 50 ms line",
        unit: "s",
        values: cold,
        target: { operator: "<=", value: 1.2 },
      },
    ];
  } finally {
    relay.stop();
    await sshd.stop();
  }
}

function inventory(): HostInventory {
  const host = {
    name: "near",
    connection: { address: "127.0.0.1", port: 22, user: "root", hostKeys: [] },
    reserveBytes: 0,
  };
  const services = Array.from({ length: 15 }, (_, index) => {
    const ports = { web: 9000 + index };
    const service = parseService({
      name: `s${index}`,
      member: `m${index % 4}`,
      image: "registry.example.org/site:1",
      ram: "32MiB",
      ports,
    });
    if (!service.ok) throw new Error(JSON.stringify(service.findings));
    return service.value;
  });
  return { host, members: [0, 1, 2, 3].map((index) => ({ name: `m${index}`, number: 100 + index })), services };
}

/** Puts the files in place without systemd: what is measured is the exchange, not the machine. */
async function writeFiles(ssh: Awaited<ReturnType<SshPool["get"]>>, trees: readonly ResourceTree[]): Promise<void> {
  for (const { path, content, mode } of [...renderTree(inventory()), ...trees.flatMap((tree) => tree.files)]) {
    const command = `sh -c 'mkdir -p "$(dirname ${path})" && cat >${path} && chmod ${mode.toString(8)} ${path}'`;
    const result = await ssh.execAsRoot(command, { stdin: Buffer.from(content) });
    if (result.exitCode !== 0) throw new Error(`${path}: ${result.stderr}`);
  }
}

/** Every file must have been hashed and found as declared; units cannot run here. */
function checkFiles(trees: readonly ResourceTree[], observed: Awaited<ReturnType<typeof inspectHost>>): void {
  for (const tree of trees) {
    const there = observed.resources.get(tree.id);
    if (!there) throw new Error(`${tree.id} was not inspected`);
    const drift = planDrift(expectedObservation(tree), there).filter(({ what }) => what === "file");
    if (drift.length > 0) throw new Error(drift.map(({ message }) => message).join("\n"));
  }
}
