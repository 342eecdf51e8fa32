import { describe, expect, it } from "vitest";
import { parseHeldKernel, renderHold } from "./held-kernel.js";
import { renderOrder } from "./run-order.js";
import { callScript } from "./testing/call-script.js";

const [old, failed, newer] = ["6.12.48+deb13-amd64", "6.12.57+deb13-amd64", "6.12.63+deb13-amd64"];
const line = [failed, `linux-image-${failed}`, "6.12.57-1", old, "1000", "nightly/1", "-", "units: a.service"].join(
  "\t",
);

/** What runs and what is installed (`RELEASE=VERSION`), as the host's own programs would say. */
interface TestHost {
  readonly running?: string;
  readonly build?: string;
  readonly installed?: readonly string[];
}

/** Functions of the scripts on such a host, with `held-kernels` as it was; what they print, and then that file. */
function onHost(
  { running = old, build = "#1", installed = [`${old}=6.12.48-1`, `${failed}=6.12.57-1`] }: TestHost,
  program: string,
  held = line,
) {
  const setup = `base=$(mktemp -d) run=$base/run order=/dev/null occurrence=nightly/2; mkdir "$run"; say() { :; }
    uname() { if [ "$1" = -r ]; then echo '${running}'; else echo '${build}'; fi; }
    export installed='${installed.join("\n")}'
    mkdir "$base/bin"; PATH=$base/bin:$PATH; cat >"$base/bin/dpkg-query" <<'END'
#!/bin/sh
if [ "$1" = -S ]; then echo "linux-image-$(echo "$2" | sed s,/boot/vmlinuz-,,): $2"; exit; fi
version=$(echo "$installed" | awk -F= -v release="$(echo "$4" | sed s/linux-image-//)" '$1 == release { print $2 }'); [ -n "$version" ] || exit 1
case $3 in *Status*) printf 'installed %s' "$version" ;; *) printf %s "$version" ;; esac
END
    chmod +x "$base/bin/dpkg-query"
    newest_kernel() { echo "$installed" | sed 's/=.*//' | sort -V | tail -n 1; }
    needrestart() { if [ "$(newest_kernel)" = "$(uname -r)" ]; then echo NEEDRESTART-KSTA: 1; else echo NEEDRESTART-KSTA: 3; fi
      echo "NEEDRESTART-KEXP: $(newest_kernel)"; }
    ${held === "" ? ":" : `cat >"$base/held-kernels"`}
    echo '${old}' >"$run/kernel.before"; echo '#1' >"$run/kernel.build"; echo '${old}' >"$run/kernel.newest"`;
  const end = `echo ---; sed 's/\t[0-9]*\tnightly/\tTIME\tnightly/' "$base/held-kernels" 2>/dev/null; rm -r "$base"`;
  const [said = "", file = ""] = callScript(`${setup}\n${program}\n${end}`, held === "" ? "" : `${held}\n`).split(
    "---\n",
  );
  return { said: said.trimEnd(), file: file.trimEnd() };
}

describe("a run whose proof failed", () => {
  const back = (unproven = "units: a.service", reboot = ': >"$run/reboot-from"') => `${reboot}; journaled() { true; }
    echo '${unproven}' >"$run/unproven"; printf 'proof-failed\t${unproven}\n' >"$run/cause"; hold_kernel; cut -f 1-4 "$run/report" 2>/dev/null`;
  const recorded = line.replace("1000", "TIME").replace("nightly/1", "nightly/2");

  it("holds the kernel that it has booted", () => {
    const { said, file } = onHost({ running: failed }, back(), "");
    expect(said).toBe(["held", failed, `linux-image-${failed}`, "6.12.57-1"].join("\t"));
    expect(file).toBe(recorded);
  });

  it("holds the one that did not come up, and another build of the same release by its package's version", () => {
    const reason = "kernel: 6.12.48 runs, not the newest installed kernel";
    expect(onHost({}, back(reason), "").file).toBe(recorded.replace("units: a.service", reason));
    const rebuilt = onHost({ build: "#2", installed: [`${old}=6.12.48-2`] }, back(), "").file;
    expect(rebuilt.split("\t").slice(0, 4)).toEqual([old, `linux-image-${old}`, "6.12.48-2", old]);
  });

  it.each([
    ["without a reboot", { running: failed }, back("units: a.service", ":")],
    ["into the same kernel as before", { installed: [`${old}=6.12.48-1`] }, back()],
    ["for what no kernel can be blamed for", { running: failed }, back("dpkg: a is half installed")],
    ["into a kernel from outside", { running: failed, installed: [] }, back()],
  ])("holds nothing when it failed %s", (_, host, program) => {
    expect(onHost(host, program, "")).toEqual({ said: "", file: "" });
  });

  it("notes once what it goes on with after a cut, and goes back to one that is not held itself", () => {
    expect(onHost({ running: failed }, `${back()}\nhold_kernel`, "").file).toBe(recorded);
    const both = onHost(
      { running: newer, installed: [`${failed}=6.12.57-1`, `${newer}=6.12.63-1`] },
      `echo '${failed}' >"$run/kernel.before"; ${back()}`,
    );
    expect(both.file.split("\n").map((each) => each.split("\t")[3])).toEqual([old, old]);
  });
});

describe("a held kernel", () => {
  const reasons = 'reboot_reason; echo; expected_reboot "$run"';
  const pending = (...names: readonly string[]) =>
    names.map((name) => `printf '${name}\tamd64\t1\t2\n' >>"$run/pending"; echo ${name} >>"$run/names"`).join("; ");

  it("is no reason to reboot, in a run as in its plan; one that nobody holds is", () => {
    const program = `cannot_restart=^dbus; required_by() { return 1; }; : >"$run/pending"; : >"$run/names"; ${pending("linux-image-amd64")}; ${reasons}`;
    expect(onHost({}, program).said).toBe("");
    const why = `the kernel ${failed} is installed and does not run`;
    expect(onHost({}, program, "").said).toBe(`${why}\n${why}`);
    const next = { installed: [`${old}=6.12.48-1`, `${failed}=6.12.57-1`, `${newer}=6.12.63-1`] };
    expect(onHost(next, program).said).toContain(`the kernel ${newer} is installed`);
  });

  it("is kept from apt in its version, before what the administrator prefers", () => {
    const { said } = onHost(
      {},
      `pinned=''; pin_held "$run/preferences"; cat "$run/preferences"; echo "$pinned" | sed "s,$run,RUN,"`,
    );
    expect(said).toContain(`Package: linux-image-${failed}\nPin: version 6.12.57-1\nPin-Priority: -1\n`);
    expect(said).toContain("-o Dir::Etc::Preferences=RUN/preferences");
    expect(onHost({}, `pinned=''; pin_held "$run/preferences"; echo "$pinned"`, "").said).toBe("");
  });

  it("is another one once its package has another version", () => {
    expect(onHost({}, `held ${failed} | cut -f 1`).said).toBe(failed);
    expect(onHost({ installed: [`${failed}=6.12.57-2`] }, `held ${failed}`).said).toBe("");
  });

  it("proves nothing against the one that runs; that it runs itself is noted, and wrong after a reboot", () => {
    const prove = (before: string) => `tab='\t'; round=proof; echo '${before}' >"$run/kernel.before"
      needrestart >"$run/needrestart"; : >"$run/report"; prove_kernel; cut -f 1-4 "$run/report"`;
    const said = `${old} runs; ${failed}, the newest installed one, is held`;
    expect(onHost({}, prove(old)).said).toBe(`proof\tkernel\tok\t${said}`);
    expect(onHost({ running: failed }, prove(failed)).said).toBe(`check\tkernel\twarn\t${failed} runs, which is held`);
    expect(onHost({ running: failed }, prove(old)).said).toBe(`proof\tkernel\tfail\t${failed} runs, which is held`);
    expect(onHost({}, prove(old), "").said).toContain("proof\tkernel\tfail");
  });

  it("is forgotten once a newer one is proven, and not before: not even when its package was removed", () => {
    const forget = `forget_held; cat "$run/report" 2>/dev/null`;
    const gone = onHost({ running: newer, installed: [`${newer}=6.12.63-1`] }, forget);
    expect(gone).toEqual({ said: `unheld\t${failed}\t6.12.57-1`, file: "" });
    expect(onHost({ installed: [`${old}=6.12.48-1`] }, forget)).toEqual({
      said: "",
      file: line.replace("1000", "TIME"),
    });
    const build = line.replaceAll("57", "48").replace("48-1", "48-2");
    const rebuilt = (version: string) => onHost({ installed: [`${old}=${version}`] }, forget, build).said;
    expect([rebuilt("6.12.48-1"), rebuilt("6.12.48-3")]).toEqual(["", `unheld\t${old}\t6.12.48-2`]);
  });

  it("of another host comes with the order, unless it runs here", () => {
    const held = { ...parseHeldKernel(line.split("\t")), failedOn: "web1" };
    const policy = { updates: "all", reboot: "never", latestMs: {} } as const;
    const order = renderOrder({ stack: "coop", occurrence: "nightly/2", owner: "ci" }, policy, [], 0, undefined, [
      held,
    ]);
    const receive = 'received=$(mktemp); receive; rm "$received"; echo "$key"';
    expect(callScript(receive, order)).toBe("nightly_2\n");
    expect(callScript(receive, order.replace(`hold\t${failed}`, "hold\t-o"))).toMatch(/^fatal\tbad-order\t/);
    const told = (running: string) =>
      onHost(
        { running },
        `printf '${renderHold(held).join("\\t")}\n' >"$run/order"; order=$run/order; held_kernels`,
        "",
      ).said;
    expect(told(old)).toBe(line.replace("\t-\t", "\tweb1\t"));
    expect(told(failed)).toBe("");
  });
});
