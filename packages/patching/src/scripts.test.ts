import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { renderOrder } from "./run-order.js";
import type { RunPolicy } from "./run-policy.js";
import { loadPatchScript } from "./scripts.js";
import { callScript } from "./testing/call-script.js";

const directory = fileURLToPath(new URL("../scripts", import.meta.url));
const names = readdirSync(directory);

describe("the scripts that run on a host", () => {
  it.each(names)("%s can be read: ASCII, under 300 lines, none too long", (name) => {
    const text = readFileSync(join(directory, name), "utf8");
    expect(text).toMatch(/^[\t\n\u0020-\u007e]+$/);
    const lines = text.split("\n");
    expect(lines.length).toBeLessThan(300);
    expect(lines.filter((line) => line.length > 180)).toEqual([]);
  });

  it("only define functions, but for the last line of the last one", () => {
    const { stdin } = loadPatchScript("run");
    const text = stdin.toString().replace(/^main "\$\{1-\}"$/m, "");
    const result = spawnSync("sh", [], { input: `${text}\necho defined`, encoding: "utf8" });
    expect(result).toMatchObject({ status: 0, stdout: "defined\n", stderr: "" });
  });
});

describe("the order", () => {
  const policy: RunPolicy = { updates: "all", reboot: "never", latestMs: { reboot: 5000 } };
  const emergency = { by: "gerd", reason: "a hole in `sshd`; $(true) 'and' more" };
  const identity = {
    stack: "coop/prod",
    occurrence: "nightly/2026-11-24T02:00[Europe/Berlin]",
    owner: "ci",
    emergency,
  };
  const libc = {
    name: "libc6",
    architecture: "amd64",
    installed: "2.41-12",
    available: "1:2.41-12+b~1",
    security: true,
  };
  const prediction = { restarts: [{ of: "system", unit: "systemd-fsck@dev-disk\\x2d1.service" }], reboot: "libc6" };
  const backup = { marker: "/var/lib/restic/last", maxAgeSeconds: 93_600 };
  const order = renderOrder(identity, { ...policy, backup, snapshot: "20261124T020000Z" }, [libc], 0, prediction);
  const receive = 'received=$(mktemp); receive; rm "$received"; echo "$run $owner"';

  it("is taken as it was sent, whatever a reason says", () => {
    expect(callScript(receive, order)).toBe(
      "/var/lib/allmende/patch/runs/coop_prod/nightly_2026-11-24T02:00_Europe_Berlin_ ci\n",
    );
  });

  it.each([
    ["cut short", order.slice(0, -8)],
    ["without a line", order.replace(/^now.*\n/m, "")],
    ["with a folder that leads elsewhere", order.replace("coop_prod", "../..")],
    ["with a file that has no full path", order.replace("/var/lib/restic", "var/lib/restic")],
    ["with an option for apt as a snapshot", order.replace("20261124T020000Z", "20261124T020000Z -o x")],
    ["with something else as a snapshot", order.replace("20261124T020000Z", "today")],
    ["with an option for apt as a package", order.replace("libc6", "-o=x")],
    ["with something after its end", `${order}now\t1\n`],
    ["empty", ""],
  ])("is refused %s", (_, text) => {
    expect(callScript(receive, text)).toMatch(/^fatal\tbad-order\t/);
  });
});

it("understands apt's simulation", () => {
  const simulation = [
    "Reading package lists...",
    "Inst libc6 [2.41-12] (2.41-12+deb13u1 Debian-Security:13/stable-security [amd64]) []",
    "Inst libssl3t64:i386 [3.5.1-1] (3.5.4-1 Debian:13.2/stable, Debian-Security:13/stable-security [i386])",
    "Inst linux-image-6.12.57+deb13-amd64 (6.12.57-1 Debian:13.2/stable [amd64])",
    "Inst demo [1.0] (1.1 localhost [all])",
    "Conf libc6 (2.41-12+deb13u1 Debian-Security:13/stable-security [amd64])",
  ];
  expect(callScript("parse_simulation", `${simulation.join("\n")}\n`).split("\n")).toEqual([
    "demo\tall\t1.0\t1.1\tother",
    "libc6\tamd64\t2.41-12\t2.41-12+deb13u1\tsecurity",
    "libssl3t64:i386\ti386\t3.5.1-1\t3.5.4-1\tsecurity",
    "linux-image-6.12.57+deb13-amd64\tamd64\t-\t6.12.57-1\tother",
    "",
  ]);
});

it("understands needrestart: services, but neither members' managers nor terminals", () => {
  const said = [
    "NEEDRESTART-VER: 3.11",
    "NEEDRESTART-SVC: ssh.service",
    "NEEDRESTART-SVC: user@21042.service",
    "NEEDRESTART-SVC: getty@tty1.service",
    "NEEDRESTART-SVC: cron.service",
    "NEEDRESTART-SESS: root @ session #2",
  ];
  expect(callScript("stale_units", `${said.join("\n")}\n`)).toBe("cron.service\nssh.service\n");
});

describe("a proof over nothing proves nothing", () => {
  const services = String.raw`services() { printf '21042\tanna\tblog\t1\t2\n'; }; run=$(mktemp -d)`;

  it("says of services that their state is unknown when no member's manager runs", () => {
    const state = `${services}; manager_runs() { return 1; }; states; rm -r "$run"`;
    expect(callScript(state, "")).toBe("21042\tanna\tblog\tunknown\t1\t2\n");
  });

  it("names a service whose limits are not there", () => {
    const line = String.raw`printf '21042\tanna\tblog\tactive\t1\t2\n' | wrong_limits`;
    expect(callScript(line, "")).toBe(" anna/blog: none and none instead of 2 and 1\n");
  });

  it("counts the ports that are listened on", () => {
    const ss = "ss() { printf 'tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:*\\ntcp LISTEN 0 128 *:65000 *:*\\n'; }";
    expect(callScript(`${ss}; ports`, "")).toBe("tcp 0.0.0.0:22\n");
  });
});

it("understands of which source a package is: named, with a version of its own, or the package itself", () => {
  const stanzas = [
    "installed\tlibssl3t64\t3.5.1-1",
    "installed\tlinux-image-amd64\t6.12.48+1",
    "Package: libssl3t64",
    "Source: openssl",
    "Version: 3.5.4-1",
    "Description: text",
    " Version: 9 in a description",
    "",
    "Package: linux-image-amd64",
    "Source: linux-signed-amd64 (6.12.57+1)",
    "Version: 6.12.57-1",
    "",
    "Package: demo",
    "Version: 1.1",
  ];
  expect(callScript("parse_sources", `${stanzas.join("\n")}\n`).split("\n")).toEqual([
    "source\tdemo\tdemo\t-\t1.1",
    "source\tlibssl3t64\topenssl\t3.5.1-1\t3.5.4-1",
    "source\tlinux-image-amd64\tlinux-signed-amd64\t6.12.48+1\t6.12.57+1",
    "",
  ]);
});

describe("the boot loader", () => {
  const config = [
    'set default="0"',
    "menuentry 'Debian GNU/Linux' --class debian $menuentry_id_option 'gnulinux-simple-1b2c' {",
    "}",
    "submenu 'Advanced options for Debian GNU/Linux' $menuentry_id_option 'gnulinux-advanced-1b2c' {",
    "\tmenuentry 'Debian GNU/Linux, with Linux 6.12.57+deb13-amd64' --class os $menuentry_id_option 'gnulinux-6.12.57+deb13-amd64-advanced-1b2c' {",
    "\t}",
    "\tmenuentry 'Debian GNU/Linux, with Linux 6.12.48+deb13-amd64 (recovery mode)' $menuentry_id_option 'gnulinux-6.12.48+deb13-amd64-recovery-1b2c' {",
    "\t}",
    "\tmenuentry 'Debian GNU/Linux, with Linux 6.12.48+deb13-amd64' --class os $menuentry_id_option 'gnulinux-6.12.48+deb13-amd64-advanced-1b2c' {",
    "\t}",
    "}",
  ].join("\n");
  const entry = "gnulinux-advanced-1b2c>gnulinux-6.12.48+deb13-amd64-advanced-1b2c";
  it("is asked for the entry of the kernel of before, below its submenu, without the recovery mode", () => {
    expect(callScript("grub_entry 6.12.48+deb13-amd64", config)).toBe(`${entry}\n`);
    expect(callScript("grub_entry 6.12.4", config)).toBe("");
    const flat = config.replace(/^submenu.*$/m, "");
    expect(callScript("grub_entry 6.12.57+deb13-amd64", flat)).toBe("gnulinux-6.12.57+deb13-amd64-advanced-1b2c\n");
  });

  const kernel = "6.12.48+deb13-amd64";
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the variable is GRUB's
  const keeping = config.replace('"0"', '"${saved_entry}"');
  /** GRUB's programs as far as they are used, with `grubenv` as plain lines; then the functions tell it of the kernel of before. */
  const withGrub = (input: string, then: string, on = "ext2") =>
    callScript(
      String.raw`base=$(mktemp -d) work=$base; run=$base/run; mkdir "$run"; cat >"$work/grub.cfg"; : >"$work/grubenv"; PATH=$work:$PATH
        tool() { cat >"$work/$1"; chmod +x "$work/$1"; }
        printf '#!/bin/sh\ncase $2 in list) cat "$1" ;; *) sed -i "/^$(echo "$3" | cut -d = -f 1)=/d" "$1"; [ $2 = unset ] || echo "$3" >>"$1" ;; esac\n' | tool grub-editenv
        printf '#!/bin/sh\ngrub-editenv %s set "next_entry=$1"\n' "$work/grubenv" | tool grub-reboot
        printf '#!/bin/sh\ngrub-editenv %s set "saved_entry=$1"\n' "$work/grubenv" | tool grub-set-default
        printf '#!/bin/sh\necho ${on}\n' | tool grub-probe
        : >"$run/reboot-from"
        newest=6.12.57+deb13-amd64; newest_kernel() { echo "$installed"; }
        tell() { boot_kernel ${kernel} "$work/grub.cfg"; }
        say() { :; }
        ${then}
        cat "$work/grubenv"; ls "$base" | grep -x grub-choice; rm -r "$base"`,
      input,
    ).split("\n");
  const released =
    "check\tnext-kernel\tok\tGRUB chooses by itself again: the choice that an earlier run made is taken back";

  it("is told once, or for good where it keeps what it is told; that there is none is said", () => {
    expect(withGrub(config, "tell")).toEqual([
      ...[`GRUB takes the kernel ${kernel} at the next boot, and only then (GRUB_DEFAULT is not saved)`],
      ...[`next_entry=${entry}`, "grub-choice", ""],
    ]);
    expect(withGrub(keeping, "tell")).toEqual([
      ...[`GRUB takes the kernel ${kernel} from the next boot on, until a run proves the newest one`],
      ...[`saved_entry=${entry}`, "grub-choice", ""],
    ]);
    for (const on of ["lvm", "btrfs"])
      expect(withGrub(config, "tell", on)).toEqual([
        ...[
          `GRUB takes the kernel ${kernel} at every boot (it cannot write to ${on}), until a run proves the newest one`,
        ],
        ...[`next_entry=${entry}`, "grub-choice", ""],
      ]);
    expect(withGrub("", "tell")[0]).toBe("GRUB has no entry for it");
    expect(callScript("boot_kernel 6.12 /nowhere", "")).toBe("there is no boot loader here that can be told so\n");
  });

  it("chooses by itself again after a run that proves good: what was set before comes back, a choice of somebody's stays", () => {
    const quietly = "tell >/dev/null; ";
    const release = `release_choice; cat "$run/report" 2>/dev/null`;
    expect(withGrub(keeping, quietly + release)).toEqual([released, ""]);
    expect(withGrub(config, quietly + release, "lvm")).toEqual([released, ""]);
    const before = `grub-set-default 2; ${quietly}${quietly}${release}`;
    expect(withGrub(keeping, before)).toEqual([released, "saved_entry=2", ""]);
    expect(withGrub(keeping, `${quietly}grub-set-default 3; ${release}`)).toEqual(["saved_entry=3", ""]);
    const unread = `${quietly}mv $environment $work/away; release_choice; mv $work/away $environment`;
    expect(withGrub(keeping, unread)).toEqual([`saved_entry=${entry}`, "grub-choice", ""]);
    expect(withGrub(keeping, `grub-set-default ${kernel}; ${release}`)).toEqual([`saved_entry=${kernel}`, ""]);
  });

  it("chooses by itself before a reboot, unless the newest kernel is held", () => {
    const reboot = (config: string, held: string) =>
      withGrub(
        config,
        `held() { ${held}; }; installed=$newest; tell >/dev/null; try_newest_kernel; cat "$run/report" 2>/dev/null`,
      );
    expect(reboot(keeping, "echo 1")).toEqual([`saved_entry=${entry}`, "grub-choice", ""]);
    expect(reboot(keeping, ":")).toEqual([released, ""]);
    // Told for the next boot only, and nobody has booted since.
    expect(reboot(config, ":")).toEqual([released, ""]);
    expect(reboot(config, "grub-editenv $environment unset next_entry")).toEqual([""]);
  });

  it("is told again by a run that let it choose and has to go back, though that run did not bring the kernel", () => {
    const told = (marker: string) =>
      callScript(
        `base=$(mktemp -d) run=$base; echo 6.12.48 >"$run/kernel.before"; echo 6.12.63 >"$run/kernel.newest"; ${marker}
          newest_kernel() { echo 6.12.63; }; boot_kernel() { echo "GRUB takes $1"; }; say() { :; }
          keep_kernel; cat "$run/report" 2>/dev/null; rm -r "$run"`,
        "",
      );
    expect(told("")).toBe("");
    expect(told(': >"$run/kernel.released"')).toBe("check\tnext-kernel\twarn\tGRUB takes 6.12.48, not 6.12.63\n");
  });

  it("is not told where systemd-boot starts the host, even when GRUB is installed: that is said", () => {
    const program = `work=$(mktemp -d); cat >"$work/LoaderInfo-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"
      boot_kernel 6.12 /nowhere "$work"; rm -r "$work"`;
    const variable = (text: string) => callScript(program, `\x06\0\0\0${text.split("").join("\0")}\0`);
    expect(variable("systemd-boot 257")).toMatch(/^this host starts with systemd-boot, .* bootctl set-oneshot\)\n$/);
    expect(variable("GRUB 2.12")).toBe("there is no boot loader here that can be told so\n");
  });
});

it("keeps so many runs, the last proven one, and every one that was cut off", () => {
  const program = String.raw`base=$(mktemp -d); limit() { echo 2; }
    add() { mkdir -p "$base/runs/coop/$1"; printf '%s\tunlock\t%s\t%s\n' "$2" "$3" "$4" >"$base/runs/coop/$1/journal"; }
    add a 1 end done; add b 2 end done; add c 3 end rolled-back; add d 4 begin refused; add e 5 end refused; add f 6 end broken
    prune_runs; ls "$base/runs/coop"; rm -r "$base"`;
  expect(callScript(program, "").trim().split("\n")).toEqual(["b", "d", "e", "f"]);
});

it("tells of each run what it was to bring, beside its report and journal", () => {
  const program = String.raw`base=$(mktemp -d) lock=$base/lock dir=$base/runs/coop/nightly; mkdir -p "$dir"
    printf 'run\tcoop\tnightly\n' >"$dir/report"; printf '1000\tcheck\tbegin\t-\n' >"$dir/journal"
    printf 'scope\tall\npackage\talpha\tall\t1\t2\tsecurity\npredicted\treboot\t-\nend\t3\n' >"$dir/order"; show_state; rm -r "$base"`;
  expect(callScript(program, "").split("\n")).toEqual([
    ...["begin-state", "begin-report", "run\tcoop\tnightly", "journal\t1000\tcheck\tbegin\t-"],
    ...["ordered\talpha\tall\t1\t2\tsecurity", "predicted\treboot\t-", "end-report", "end-state", ""],
  ]);
});
