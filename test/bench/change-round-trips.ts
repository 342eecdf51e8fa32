import { applyChanges, inspectHost, type ResourceTree, renderResources } from "@allmende/host";
import type { Lab, LabHost } from "@allmende/lab";
import { type Connection, type HostInventory, parseHost, parseMember, parseService } from "@allmende/model";
import { type SshConnection, SshPool } from "@allmende/ssh";
import { registry } from "../lab/support/test-stack.js";
import type { Measurement } from "./measure.js";
import { startRelay } from "./relay.js";
import { withBenchLab } from "./reserved-lab.js";

/** Long enough that nothing happens side by side by chance. */
const roundTripMs = 50;
/** A sign of life would be one more round trip, which nobody waits for. */
const keepAliveMs = 60 * 60_000;

/** Round trips of a no-op and of a change on a real host, counted by a relay: login as root, and through sudo. */
export async function benchChangeRoundTrips(say: (line: string) => void): Promise<Measurement[]> {
  say("starting a host to change");
  return await withBenchLab([{ name: "near", ramMiB: 1536 }], async (lab) => {
    const host = lab.host("near");
    say("bringing a service there");
    return await countRoundTrips(lab, host);
  });
}

async function countRoundTrips(lab: Lab, host: LabHost): Promise<Measurement[]> {
  await letRootIn(lab, host);
  await using pool = new SshPool({ credentials: { privateKeyPath: host.privateKeyPath } });
  await apply(await pool.get(connectionTo(host)), renderResources(inventoryOf(host, 0)));
  const results: Measurement[] = [];
  for (const [user, how] of [
    ["root", "login as root"],
    [host.user, "through sudo"],
  ] as const) {
    const counted = await count(host, user);
    const figure = (name: string, value: number, most: number) => {
      const target = { operator: "<=", value: most } as const;
      results.push({ name: `round trips of ${name}, ${how}`, unit: "round trips", values: [value], target });
    };
    figure("a no-op", counted.noOp, 1);
    figure("a change", counted.change, 2);
  }
  return results;
}

async function count(host: LabHost, user: string): Promise<{ noOp: number; change: number }> {
  const relay = await startRelay(host, roundTripMs);
  try {
    await using pool = new SshPool({ credentials: { privateKeyPath: host.privateKeyPath }, keepAliveMs });
    const ssh = await pool.get({ ...connectionTo(host), user, address: "127.0.0.1", port: relay.port });
    // Once before: what follows finds everything open that a connection opens by itself.
    await inspectHost(ssh);
    const before = relay.roundTrips;
    await inspectHost(ssh);
    const between = relay.roundTrips;
    await apply(ssh, renderResources(inventoryOf(host, Date.now())).slice(-1));
    return { noOp: between - before, change: relay.roundTrips - between };
  } finally {
    relay.stop();
  }
}

async function apply(ssh: SshConnection, trees: readonly ResourceTree[]): Promise<void> {
  const results = await applyChanges(
    ssh,
    trees.map((tree) => ({ kind: "put", tree })),
  );
  for (const [id, result] of results) if (result.state === "failed") throw new Error(`${id}: ${result.error.message}`);
}

const connectionTo = (host: LabHost): Connection => inventoryOf(host, 0).host.connection;

/** A host with a service whose environment says which round it is: each is a real change. */
function inventoryOf({ name, address, port, user, hostKey }: LabHost, round: number): HostInventory {
  const host = parseHost({ name, address, port, user, hostKey, reserve: "384MiB" });
  const member = parseMember({ name: "anna", number: 1042 });
  const service = parseService({
    name: "site",
    member: "anna",
    image: `${registry}/static-site:1`,
    ram: "32MiB",
    ports: { web: 8080 },
    environment: { ROUND: String(round) },
  });
  if (!host.ok || !member.ok || !service.ok) throw new Error(JSON.stringify([host, member, service]));
  return { host: host.value, members: [member.value], services: [service.value] };
}

/** Lab hosts allow no login as root. */
async function letRootIn(lab: Lab, host: LabHost): Promise<void> {
  const script = `set -e
mkdir -p -m 700 /root/.ssh
cp "$1" /root/.ssh/authorized_keys
echo PermitRootLogin prohibit-password >/etc/ssh/sshd_config.d/00-bench.conf
systemctl reload ssh`;
  const result = await lab.run(host.name, ["sh", "-c", script, "sh", `/home/${host.user}/.ssh/authorized_keys`]);
  if (result.exitCode !== 0) throw new Error(result.stderr);
}
