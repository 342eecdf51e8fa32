import { expect, it } from "vitest";
import { callScript } from "./testing/call-script.js";

it("asks needrestart's configuration which services are never to be restarted, but for what Allmende needs", () => {
  const configuration = [
    "$nrconf{override_rc} = { qr(^openvpn) => 0, qr(^docker) => 0, qr(^ssh) => 0, qr(^dbus) => 0, qr(^cron) => 1 };",
    "$nrconf{override_rc}{qr(^docker)} = 1; # as a file in conf.d would",
    'print STDERR "$LOGPREF eval\\n" if($nrconf{verbosity} > 1);',
  ];
  const stale = "ssh.service openvpn-demo.service docker.service cron.service dbus.service systemd-manager";
  const program = (program = "") =>
    callScript(
      `run=$(mktemp -d) needrestart_conf=$run/conf; cat >"$needrestart_conf"; ${program}
        echo '${stale}' | tr ' ' '\\n' | restartable; echo ---; cat "$run/forbidden"; rm -r "$run"`,
      configuration.join("\n"),
    ).split("\n");
  expect(program()).toEqual([
    ...["ssh.service", "docker.service", "cron.service", "systemd-manager", "---", "openvpn-demo.service", ""],
  ]);
  const all = stale.split(" ").filter((unit) => unit !== "dbus.service");
  expect(program('rm "$needrestart_conf"')).toEqual([...all, "---", ""]);
  expect(program('echo "{" >>"$needrestart_conf"')).toEqual([...all, "---", ""]);
});
