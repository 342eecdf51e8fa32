import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { capabilityProblem } from "./capabilities.js";
import { containerPathProblem } from "./container-path.js";
import { parseDuration, renderDuration } from "./duration.js";
import { hostKeyProblem, normalizeHostKey } from "./host-key.js";
import { parseImage } from "./image.js";
import { memberNameProblem, networkNameProblem, serviceNameProblem, variableNameProblem } from "./names.js";
import { nearest } from "./suggestion.js";

describe("durations", () => {
  it.each([
    ["30s", 30],
    ["2m", 120],
    ["1h", 3600],
  ])("reads %s", (text, seconds) => expect(parseDuration(text)).toBe(seconds));
  it.each(["30", "0s", "1d", "1.5s", "-1s", " 30s", "", "25h", "99999999999h"])("refuses %j", (text) =>
    expect(() => parseDuration(text)).toThrow(),
  );
  it("come back the same", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 86_400 }), (seconds) => parseDuration(renderDuration(seconds)) === seconds),
    );
  });
});

describe("names", () => {
  it("accepts what is a Linux user and a DNS label", () => {
    for (const name of ["anna", "a1", "anna-b", `a${"b".repeat(31)}`]) expect(memberNameProblem(name)).toBeUndefined();
  });
  it.each(["a", "Anna", "1anna", "-anna", "anna-", "an.na", "anna_b", "änne", `a${"b".repeat(32)}`, "", "anna\n"])(
    "refuses %j as a member",
    (name) => {
      expect(memberNameProblem(name)).toContain("cannot name a member");
    },
  );
  it.each(["root", "www-data", "hostmaster", "sshd", "systemd-network", "nogroup"])(
    "keeps %s for the system",
    (name) => {
      expect(memberNameProblem(name)).toContain("reserved");
    },
  );
  it("never accepts what useradd, systemd or DNS would refuse", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."ab9-_. A\nä%@/") }), (name) => {
        if (memberNameProblem(name) === undefined) expect(name).toMatch(/^[a-z][a-z0-9-]{1,31}$(?<!-)/);
        if (serviceNameProblem(name) === undefined) expect(name).toMatch(/^[a-z0-9-]{1,50}$(?<!-)/);
      }),
    );
  });
  it("keeps names of units for those who have them", () => {
    expect(serviceNameProblem("dbus")).toContain("reserved");
    expect(serviceNameProblem("podman-restart")).toContain("reserved");
    expect(serviceNameProblem("x".repeat(51))).toContain("50");
  });
  it("says why the host's network is not one of the member's", () => {
    expect(networkNameProblem("host")).toContain("separation");
    expect(networkNameProblem("backend")).toBeUndefined();
  });
  it("knows what may name a variable", () => {
    expect(variableNameProblem("_A1")).toBeUndefined();
    for (const name of ["1A", "A-B", "A=B", "", "A\nB"]) expect(variableNameProblem(name)).toContain("cannot name");
  });
});

describe("images", () => {
  const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
  it.each([
    [
      "registry.allmende.test/static-site:1",
      { registry: "registry.allmende.test", repository: "static-site", tag: "1" },
    ],
    ["docker.io/library/postgres:17.2", { registry: "docker.io", repository: "library/postgres", tag: "17.2" }],
    ["localhost:5000/a/b__c:v1", { registry: "localhost:5000", repository: "a/b__c", tag: "v1" }],
    ["localhost/x:1", { registry: "localhost", repository: "x", tag: "1" }],
    ["[::1]:5000/x:1", { registry: "[::1]:5000", repository: "x", tag: "1" }],
    [`ghcr.io/x/y@${digest}`, { registry: "ghcr.io", repository: "x/y", digest }],
    [`ghcr.io/x/y:latest@${digest}`, { registry: "ghcr.io", repository: "x/y", tag: "latest", digest }],
  ])("takes %s apart", (text, parts) => expect(parseImage(text)).toEqual(parts));

  it.each([
    ["nginx:1", "docker.io/library/nginx:1"],
    ["anna/blog:1", "docker.io/anna/blog:1"],
    ["registry.test/a", "says no version: add a tag, such as registry.test/a:1.0"],
    ["registry.test/a:latest", "changes without notice"],
    ["https://registry.test/a:1", 'leave out "https://"'],
    ["registry.test/Anna:1", "upper-case"],
    ["registry.test/a b:1", "no spaces"],
    ["registry.test/a@sha256:12", "broken digest"],
    ["registry.test/a:-1", "is not an image"],
    ["", "which registry"],
    [`r.test/${"a".repeat(300)}:1`, "at most 255"],
    [`r.test/${"a".repeat(600)}:1`, "at most 512"],
  ])("refuses %s and says why", (text, why) => expect(() => parseImage(text)).toThrow(why));

  it("finds again what a reference was made of", () => {
    const part = fc.stringMatching(/^[a-z0-9]{1,8}$/);
    const parts = fc.record({
      host: part,
      names: fc.array(part, { minLength: 1, maxLength: 4 }),
      tag: fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}$/),
    });
    fc.assert(
      fc.property(parts, ({ host, names, tag }) => {
        fc.pre(tag !== "latest");
        expect(parseImage(`${host}.test/${names.join("/")}:${tag}`)).toEqual({
          registry: `${host}.test`,
          repository: names.join("/"),
          tag,
        });
      }),
    );
  });

  it("is quick with hostile text", () => {
    const begin = process.cpuUsage();
    for (const text of [`a.b/${"a-".repeat(250)}`, `${"a".repeat(250)}.${"a-".repeat(120)}`, "a".repeat(511)])
      expect(() => parseImage(text)).toThrow();
    // Processor time: the wall clock would measure the machine's other work.
    expect(process.cpuUsage(begin).user / 1000).toBeLessThan(500);
  });
});

describe("paths in a container", () => {
  it.each(["/data", "/var/lib/x", "/run", "/run/secretsx", "/devices", "/..a"])("accepts %s", (path) =>
    expect(containerPathProblem(path)).toBeUndefined(),
  );
  it.each([
    "",
    "data",
    "/",
    "/a/",
    "//a",
    "/a//b",
    "/a/./b",
    "/a/../b",
    "/..",
    "/proc",
    "/proc/1",
    "/sys/fs",
    "/dev",
    "/dev/shm",
    "/run/secrets",
    "/run/secrets/x",
    "/run/allmende",
    "/etc:/etc",
    "/a b",
    "/a\n",
    "/a,b",
    "/a%h",
    '/a"',
  ])("refuses %j", (path) => expect(containerPathProblem(path)).toBeDefined());
});

describe("capabilities", () => {
  it("tells refused, misspelled and unknown ones apart", () => {
    expect(capabilityProblem("NET_BIND_SERVICE")).toBeUndefined();
    expect(capabilityProblem("SYS_ADMIN")).toContain("the usual way out of a container");
    expect(capabilityProblem("CAP_SYS_ADMIN")).toContain("is refused");
    expect(capabilityProblem("all")).toContain("is refused");
    expect(capabilityProblem("cap_chown")).toContain("must be written CHOWN");
    expect(capabilityProblem("FLY")).toContain("no capability of Linux");
  });
});

describe("host keys", () => {
  const ed25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFLaABh3Oo97Dc7nNUQUz0xIfUJXB18IfWIE7EOSrq4e";
  const ecdsa =
    "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBGAc+0JbvqVbsAmodUsO3ydACwCtbIYrNW5hAIEi/2M4xStr+DegbQNIGMPwCHNFLMZdeAH5oXUb7s/MmfPE5Kc=";
  it("accepts public keys, with or without a comment", () => {
    for (const key of [ed25519, `${ed25519} root@web1\n`, ecdsa]) expect(hostKeyProblem(key)).toBeUndefined();
    expect(normalizeHostKey(`${ed25519} root@web1\n`)).toBe(ed25519);
  });
  it.each([
    ["-----BEGIN OPENSSH PRIVATE KEY-----\ngeheim", "private key"],
    ["SHA256:abc", "fingerprint"],
    [`web1 ${ed25519}`, "host name in front"],
    [ed25519.slice(0, -4), "cut off"],
    [`${ed25519.slice(0, -1)}!`, "cut off"],
    ["ssh-ed25519", "nothing after"],
    [`ssh-rsa ${ed25519.slice(12)}`, "does not hold"],
    [`${ed25519}\n${ecdsa}`, "hostKeys"],
    ["ssh-dss AAAA", "must begin with"],
  ])("refuses %s", (key, why) => {
    expect(hostKeyProblem(key)).toContain(why);
    expect(hostKeyProblem(key)).not.toContain("geheim");
  });
  it("notices any key that was cut off", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 67 }),
        (missing) => hostKeyProblem(ed25519.slice(0, -missing)) !== undefined,
      ),
    );
  });
});

describe("suggestions", () => {
  it.each([
    ["enviroment", "environment"],
    ["iamge", "image"],
    ["pids_limit", "pidsLimit"],
    ["volums", "volumes"],
    ["zzz", undefined],
    ["x", undefined],
    ["x".repeat(100_000), undefined],
  ])("for %s", (word, meant) => {
    expect(nearest(word, ["image", "environment", "pidsLimit", "volumes", "ram"])).toBe(meant);
  });
});
