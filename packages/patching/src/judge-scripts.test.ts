import { describe, expect, it } from "vitest";
import { callScript } from "./testing/call-script.js";

/** A host whose run has upgraded alpha, recorded nothing else, and has not rebooted; `systemctl show` answers from `units` (`UNIT NAME=VALUE`). */
const host = String.raw`run=$(mktemp -d); say() { :; }; round=proof; rebooted() { false; }; id() { echo anna; }
  ordered_packages() { printf 'alpha\tall\t1\t2\tsecurity\n'; }; transient_units() { printf 'system\tbackup-job.service\n'; }
  services() { printf '21042\tanna\tanna-blog\t1\t2\n'; }; services >"$run/services"; : >"$run/affected"; : >"$run/transient.before"
  echo /usr/lib/systemd/system/alpha.service >"$run/files"; echo /usr/sbin/alphad >>"$run/files"; as_member() { shift; "$@"; }
  units='alpha.service FragmentPath=/lib/systemd/system/alpha.service'
  systemctl() { for unit; do :; done; echo LoadState=loaded; echo "$units" | sed -n "s/^$unit //p"; }`;
const onHost = (program: string) => callScript(`${host}\n${program}\nrm -r "$run"`);

it("knows to which unit a process belongs: the system's, a member's, their managers, a login, or none that can be told", () => {
  const groups = {
    "/system.slice/ssh.service": "system\tssh.service",
    "/system.slice/system-getty.slice/getty@tty1.service": "system\tgetty@tty1.service",
    "/init.scope": "system\tinit.scope",
    "/user.slice/user-21042.slice/user@21042.service/app.slice/anna-blog.service/runtime": "21042\tanna-blog.service",
    "/user.slice/user-21042.slice/user@21042.service/init.scope": "21042\tinit.scope",
    "/user.slice/user-21042.slice/user@21042.service/user.slice/podman-pause-1.scope": "21042\t?",
    "/user.slice/user-1000.slice/session-4.scope": "-\t-",
    "/user.slice/user-1000.slice/user@1000.service/app.slice/tmux-spawn-1.scope": "-\t-",
    "/machine.slice/machine-guest.scope/payload/system.slice/nginx.service": "system\t?",
  };
  const cgroups = Object.keys(groups)
    .map((path) => `${path}\n`)
    .join("");
  expect(callScript("unit_of", cgroups).trimEnd().split("\n")).toEqual(Object.values(groups));
});

describe("what becomes worse during a run", () => {
  const judged = (setup: string, unit: string, whose = "system") => onHost(`${setup}; verdict ${whose} ${unit} it`);

  it.each([
    ["the unit's own file", ":", "alpha.service"],
    ["its program", "units='other.service ExecStart={ path=/sbin/alphad ; argv[]=/sbin/alphad -x }'", "other.service"],
    ["a drop-in", "units='b.service DropInPaths=/etc/x /usr/lib/systemd/system/alpha.service'", "b.service"],
    ["a process of it, or a restart", "affects system beta.service", "beta.service"],
    ["what it needs", `units="$units\nweb.service Requires=sysinit.target alpha.service"`, "web.service"],
    ["the host: it was rebooted", "rebooted() { true; }", "beta.service"],
    ["what nobody knows any more", "systemctl() { echo LoadState=not-found; }", "gone.service"],
  ])("counts when the packages reach %s", (_, setup, unit) => {
    expect(judged(setup, unit)).toBe("fail\tit\n");
  });

  it.each([
    ["a unit of others", ":", "beta.service"],
    ["a transient unit", "affects system backup-job.service", "backup-job.service"],
    ["a login's", ":", "session-3.scope"],
  ])("of %s is no reason to go back", (_, setup, unit) => {
    expect(judged(setup, unit)).toBe("warn\tit\n");
  });

  it("counts for a member's service when its manager, or what runs containers is reached", () => {
    expect(judged(":", "anna-blog.service", "21042")).toBe("warn\tit\n");
    expect(judged("affects 21042 init.scope", "anna-blog.service", "21042")).toBe("fail\tit\n");
    const podman = String.raw`ordered_packages() { printf 'crun\tamd64\t1\t2\tsecurity\n'; }`;
    expect(judged(podman, "anna-blog.service", "21042")).toBe("fail\tit\n");
    expect(judged(podman, "beta.service")).toBe("warn\tit\n");
  });

  it("is a failed proof, or a note in the report", () => {
    const lines = String.raw`printf 'fail\talpha\nwarn\tbeta\nfail\tgamma\n' | prove_judged units fine; cat "$run/report"`;
    expect(onHost(lines).split("\n")).toEqual([
      "proof\tunits\tfail\talpha;gamma",
      "check\tbeside:units\twarn\tworse than before the run, but the packages do not reach it (units): beta",
      "",
    ]);
    expect(onHost(`: | prove_judged units fine; cat "$run/report"`)).toBe("proof\tunits\tok\tfine\n");
  });
});

describe("a port that is gone", () => {
  const gone = (owners: string, setup = ":") =>
    onHost(
      String.raw`echo 'tcp *:8765' >"$run/ports.before"; : >"$run/ports"; printf '${owners}' >"$run/ports.owners"; ${setup}; judged_ports`,
    );
  it("counts when its unit runs, when the packages reach that, and when it cannot be told whose it was", () => {
    const port = String.raw`tcp *:8765\tsystem\t`;
    expect(gone(`${port}beta.service`, "units='beta.service ActiveState=active'")).toBe(
      "fail\ttcp *:8765 of beta.service\n",
    );
    const failed = 'units="$units\nalpha.service ActiveState=failed"';
    expect(gone(`${port}alpha.service`, failed)).toBe("fail\ttcp *:8765 of alpha.service\n");
    expect(gone(`${port}?`)).toBe("fail\ttcp *:8765 of no unit\n");
    expect(gone("")).toMatch(/^fail\ttcp \*:8765/);
  });

  it("is noted when it belonged to a login, a transient unit, or one that ended and that the packages do not reach", () => {
    expect(gone(String.raw`tcp *:8765\t-\t-\n`)).toBe("warn\ttcp *:8765 of a login\n");
    expect(gone(String.raw`tcp *:8765\tsystem\tbackup-job.service\n`)).toMatch(/^warn/);
    expect(gone(String.raw`tcp *:8765\tsystem\trun-r12.service\n`)).toMatch(/^warn/);
    const ended = "units='beta.service ActiveState=inactive'";
    expect(gone(String.raw`tcp *:8765\tsystem\tbeta.service\n`, ended)).toMatch(/^warn/);
  });

  it("belongs to the socket unit where the system's manager listens", () => {
    const ss = `ss() { echo 'tcp LISTEN 0 128 *:22 *:* users:(("systemd",pid=1,fd=3))'; }`;
    const sockets =
      "systemctl() { echo '[::]:2222 other.socket other.service'; echo '[::]:22 ssh.socket ssh.service'; }";
    expect(onHost(`${ss}; ${sockets}; port_owners`)).toBe("tcp *:22\tsystem\tssh.socket\n");
  });
});
