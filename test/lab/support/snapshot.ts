import type { Lab } from "@allmende/lab";

/**
 * What a run that changes nothing must leave alone: inode, mtime and mode of every file of ours, and the start time
 * of every service's cgroup. One line each, sorted.
 */
export async function snapshotHost(lab: Lab, host: string): Promise<readonly string[]> {
  const result = await lab.run(host, ["sh", "-c", script]);
  return result.stdout.split("\n").filter((line) => line !== "");
}

const script = `
find /etc/containers/systemd /etc/systemd /etc/sysctl.d /etc/apt/apt.conf.d /etc/subuid /etc/subgid /etc/passwd /var/lib/allmende /var/lib/systemd/linger \
  -type f ! -name lock -printf '%p %i %T@ %m\\n' 2>/dev/null | LC_ALL=C sort
find /sys/fs/cgroup/user.slice -name cgroup.procs -path '*libpod-payload*' -exec sh -c 'for f; do for p in $(cat "$f"); do cut -d " " -f 1,22 /proc/$p/stat; done; done' sh {} + 2>/dev/null | LC_ALL=C sort
`;
