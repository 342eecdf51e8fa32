import { describe, expect, it } from "vitest";
import { callScript } from "./testing/call-script.js";

/** A host of anna with two services; its programs print what they would do, and `show` answers from `properties` (`UNIT NAME=VALUE`). */
const host = String.raw`run=$(mktemp -d); say() { :; }; restart_stale() { :; }; id() { echo anna; }
  managers() { echo 21042; }; manager_runs() { true; }; as_member() { shift; "$@"; };
  services() { printf '21042\tanna\tanna-blog\t1\t2\n21042\tanna\tanna-db\t1\t2\n'; }; services >"$run/services"
  control() { echo "control $2 $3"; }; progress() { echo "$1"; }
  transient_units() { :; }; : >"$run/failed.before"; : >"$run/running.before"; : >"$run/transient.before"; : >"$run/states.before"
  failed='' running='' properties=''
  systemctl() {
    user=system; [ "$1" != --user ] || { user=21042; shift; }
    case $1 in
      list-units) case $* in *--state=failed*) echo "$failed" ;; *) echo "$running" ;; esac | sed -n "s/^$user //p" ;;
      show) for unit; do :; done; echo "$properties" | sed -n "s/^$unit //p" ;;
      restart) for unit; do :; done; echo "systemctl restart $unit" >>"$run/acted" ;;
    esac
  }
  states() { echo "$now" | tr ' ' '\t'; }`;

const recover = (program: string) =>
  callScript(
    `${host}\n${program}\nphase_recover; cat "$run/acted" 2>/dev/null; grep -v '^restarted' "$run/report" 2>/dev/null; rm -r "$run"`,
  )
    .split("\n")
    .filter(Boolean);

describe("after going back", () => {
  const before = String.raw`printf '21042\tanna\tanna-blog\tactive\t1\t2\n21042\tanna\tanna-db\tactive\t1\t2\n' >"$run/states.before"`;

  it("members' services that run are left running, and those that stand still are started, and reported", () => {
    const active = "21042 anna anna-blog active 1 2\n21042 anna anna-db active 1 2";
    expect(recover(`${before}; now='${active}'`)).toEqual([]);
    expect(recover(`${before}; now='${active.replace("active", "failed")}'`)).toEqual([
      "starting anna/anna-blog again",
      "control restart anna-blog.service",
    ]);
    const said = callScript(
      `${host}\n${before}; now='${active.replace("active", "failed")}'; phase_recover >/dev/null; cat "$run/report"; rm -r "$run"`,
    );
    expect(said).toBe("restarted\tanna\tanna-blog\n");
  });

  it("what ran before and failed or was stopped is started", () => {
    const ran = String.raw`printf '21042\tmail.service\nsystem\talpha.service\nsystem\tbeta.service\n' >"$run/running.before"`;
    const now = `failed='system alpha.service'; running='system beta.service'; now=''`;
    expect(recover(`${ran}; ${now}`)).toEqual([
      ...["starting mail.service again", "starting alpha.service again"],
      ...["systemctl restart mail.service", "systemctl restart alpha.service"],
    ]);
  });

  it.each([
    ["a oneshot", "properties='job.service Type=oneshot'", "it is a job (oneshot)"],
    ["a job of a timer's", "properties='job.service TriggeredBy=job.timer'", "it is a job of a timer's"],
    ["a transient unit", String.raw`printf 'system\tjob.service\n' >"$run/transient.before"`, "it is transient"],
    ["what began during the run", ': >"$run/running.before"', "it did not run before"],
  ])("%s is not run a second time: that is reported", (_, setup, why) => {
    const ran = String.raw`printf 'system\tjob.service\n' >"$run/running.before"`;
    const told = `check\tleft:job.service\twarn\tjob.service failed during the run, and is not started again: ${why}`;
    expect(recover(`${ran}; failed='system job.service' now=''; ${setup}`)).toEqual([told]);
  });

  it("what comes when it is asked for is left alone", () => {
    const ran = String.raw`printf 'system\tsystemd-timedated.service\n' >"$run/running.before"`;
    const is = ["Type=dbus", "UnitFileState=static", "ActiveState=inactive"].map(
      (line) => `systemd-timedated.service ${line}`,
    );
    expect(recover(`${ran}; now=''; properties='${is.join("\n")}'`)).toEqual([]);
  });
});
