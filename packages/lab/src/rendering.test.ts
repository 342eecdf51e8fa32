import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keyOf } from "./cache.js";
import { renderDnsmasq } from "./dnsmasq.js";
import { renderForwarder } from "./forwarder.js";
import { renderKernelArguments } from "./kernel-arguments.js";
import { renderImageConfig } from "./oci-layout.js";
import { namesPath, parseStat } from "./process.js";
import { quoteWord } from "./ssh-client.js";
import type { HostState, LabState } from "./state.js";

const host: HostState = {
  name: "web1",
  number: 1,
  ramMiB: 1024,
  flavour: "warm",
  imageKey: "img",
  kernelKey: "ker",
  machineId: "f".repeat(32),
  hostKey: "ssh-ed25519 AAAA",
  cut: false,
};
const state: LabState = { version: 1, name: "lab", number: 7, delayMs: 50, registryKey: "r", hosts: [host] };

describe("dnsmasq's configuration", () => {
  const text = renderDnsmasq(7, "/state", [host]);

  it("ties a host's address to its MAC and gives names to host, registry and mirror", () => {
    expect(text).toContain("dhcp-host=52:54:00:4d:07:01,10.77.7.11,web1\n");
    for (const name of ["web1", "registry", "mirror"])
      expect(text).toMatch(new RegExp(`^host-record=${name}\\.allmende\\.test,10\\.77\\.7\\.`, "m"));
  });

  it("asks nobody outside and serves nobody else", () => {
    for (const line of ["no-resolv", "no-hosts", "bind-interfaces", "interface=lab0"])
      expect(text.split("\n")).toContain(line);
    expect(text).toContain("dhcp-range=10.77.7.11,static,");
  });
});

describe("a kernel's arguments", () => {
  const argv = renderKernelArguments("lab", 7, host, "/cache/labs/lab/hosts/web1");

  it("give the host its memory, its own disk over its image, and its device", () => {
    expect(argv).toContain("mem=1024M");
    expect(argv).toContain("ubd0=/lab/labs/lab/hosts/web1/disk.cow,/lab/images/img/disk.img");
    expect(argv.find((argument) => argument.startsWith("vec0:"))).toContain(
      "ifname=tap1,depth=128,gro=1,mac=52:54:00:4d:07:01",
    );
  });

  it("name the host's directory so that its process is recognised", () => {
    expect(namesPath(argv, "/cache/labs/lab/hosts/web1")).toBe(true);
    expect(namesPath(argv, "/cache/labs/lab/hosts/web")).toBe(false);
  });
});

describe("recognising a process", () => {
  it("goes by the path as a whole, not by files below it", () => {
    expect(namesPath(["tail", "-f", "/labs/a/hosts/web1/console.log"], "/labs/a/hosts/web1")).toBe(false);
    expect(namesPath(["dnsmasq", "--conf-file=/labs/a/dnsmasq.conf"], "/labs/a/dnsmasq.conf")).toBe(true);
  });

  it("reads stat whatever the program is called", () => {
    const tail = "S 1 20 30 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 4711 0";
    for (const name of ["sh", "a b", ") S 9 9 9", "(("]) {
      expect(parseStat(`10 (${name}) ${tail}`)).toEqual({ state: "S", parent: 1, session: 30, startTicks: 4711 });
    }
    expect(parseStat("")).toBeUndefined();
  });
});

describe("the forwarder's configuration", () => {
  it("listens on loopback alone and leaves a cut host out of reach", () => {
    const { targets, delayMs } = JSON.parse(
      renderForwarder({ ...state, hosts: [host, { ...host, name: "web2", number: 2, cut: true }] }),
    );
    expect(delayMs).toBe(50);
    expect(targets.map((target: { listen: string }) => target.listen)).toEqual([
      "127.77.7.1",
      "127.77.7.11",
      "127.77.7.12",
    ]);
    expect(targets.map((target: { cut: boolean }) => target.cut)).toEqual([false, false, true]);
    expect(targets[1].ports).toEqual(expect.arrayContaining([22, 8000, 8099, 5432]));
  });
});

describe("keys of definitions", () => {
  it("depend on content, not on the order of properties", () => {
    expect(keyOf({ a: 1, b: [1, 2] })).toBe(keyOf({ b: [1, 2], a: 1 }));
    expect(keyOf({ a: 1, c: undefined })).toBe(keyOf({ a: 1 }));
    expect(keyOf({ b: [1, 2] })).not.toBe(keyOf({ b: [2, 1] }));
    expect(keyOf({ a: "1" })).not.toBe(keyOf({ a: 1 }));
  });
});

describe("words for the far shell", () => {
  it("arrive as they are", () => {
    const word = fc.string({ unit: "binary" }).filter((text) => !/[\0\r]/.test(text) && !/\p{Surrogate}/u.test(text));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), (words) => {
        const said = execFileSync("sh", ["-c", `printf '%s\\0' ${words.map(quoteWord).join(" ")}`], {
          encoding: "utf8",
        });
        expect(said.split("\0").slice(0, -1)).toEqual(words);
      }),
      { numRuns: 15 },
    );
  });
});

describe("an image's configuration", () => {
  it("runs as an ordinary user and names its uncompressed layers", () => {
    const layer = { mediaType: "x", digest: "sha256:abc", size: 1 };
    const config = JSON.parse(renderImageConfig({ command: ["/a"], environment: { X: "1" }, port: 8080 }, [layer]));
    expect(config.config).toMatchObject({ User: "1000:1000", Cmd: ["/a"], ExposedPorts: { "8080/tcp": {} } });
    expect(config.config.Env).toContain("X=1");
    expect(config.rootfs.diff_ids).toEqual(["sha256:abc"]);
  });
});
