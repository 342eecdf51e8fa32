import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Finding } from "./finding.js";
import { parseHost, parseMember, parseService } from "./parse.js";
import type { Parsed } from "./parsed.js";

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFLaABh3Oo97Dc7nNUQUz0xIfUJXB18IfWIE7EOSrq4e";
const least = { name: "anna-blog", member: "anna", image: "registry.allmende.test/static-site:1", ram: "128MiB" };

function findingsOf(parsed: Parsed<unknown>): readonly Finding[] {
  return parsed.ok ? [] : parsed.findings;
}

/** `path: message` of every finding. */
function said(parsed: Parsed<unknown>): string[] {
  return findingsOf(parsed).map((finding) => `${finding.path.join(".")}: ${finding.message}`);
}

describe("parseService", () => {
  it("fills in every default", () => {
    expect(parseService(least)).toEqual({
      ok: true,
      value: {
        name: "anna-blog",
        member: "anna",
        image: "registry.allmende.test/static-site:1",
        ramBytes: 134_217_728,
        command: undefined,
        user: undefined,
        ports: {},
        volumes: {},
        tmpfs: [],
        environment: {},
        secrets: {},
        health: undefined,
        writableRoot: false,
        capabilities: [],
        networks: [],
        pidsLimit: 512,
        deleteData: false,
        registryLogin: undefined,
      },
    });
  });

  it("reads every spelling", () => {
    const parsed = parseService({
      ...least,
      user: 1000,
      ports: { web: 8080, admin: "18081:81", dns: { host: 5353, container: 53, protocol: "udp" }, log: "5140:514/udp" },
      volumes: { data: "/var/lib/x", more: { path: "/srv" } },
      environment: { TEXT: "a", NUMBER: 1.5, YES: true },
      secrets: { FILE: "a", VARIABLE: { value: "b", as: "environment" }, LONG: { value: "c" } },
      health: { http: "/", port: "web", interval: "1m" },
    });
    expect(parsed).toMatchObject({
      ok: true,
      value: {
        user: "1000",
        ports: {
          web: { host: 8080, container: 8080, protocol: "tcp" },
          admin: { host: 18_081, container: 81, protocol: "tcp" },
          dns: { host: 5353, container: 53, protocol: "udp" },
          log: { host: 5140, container: 514, protocol: "udp" },
        },
        volumes: { data: { path: "/var/lib/x" }, more: { path: "/srv" } },
        environment: { TEXT: "a", NUMBER: "1.5", YES: "true" },
        secrets: {
          FILE: { value: "a", as: "file" },
          VARIABLE: { value: "b", as: "environment" },
          LONG: { value: "c", as: "file" },
        },
        health: {
          probe: { kind: "http", path: "/", port: "web" },
          intervalSeconds: 60,
          timeoutSeconds: 5,
          retries: 3,
          startSeconds: 60,
        },
      },
    });
  });

  it("says everything at once, each thing at its place", () => {
    const parsed = parseService({
      name: "Anna",
      member: "root",
      image: "nginx",
      ram: 512,
      ports: { web: 80, two: 70_000 },
      volumes: { data: "/proc/x" },
      health: { http: "x", interval: "1s" },
      environment: { "1A": "x" },
      secrets: { S: { value: "x", as: "env" } },
      capabilities: ["SYS_ADMIN"],
      privileged: true,
      volums: {},
    });
    expect(said(parsed).map((text) => text.split(":")[0])).toEqual([
      "name",
      "member",
      "image",
      "ram",
      "ports.web",
      "ports.two",
      "volumes.data",
      "environment.1A",
      "secrets.S.as",
      "health.http",
      "health.interval",
      "capabilities.0",
      "privileged",
      "volums",
      "health.port",
    ]);
  });

  it.each([undefined, null, 5, "x", [], () => 1])("survives %s", (input) => {
    expect(findingsOf(parseService(input))).toHaveLength(1);
  });

  it("says what is missing", () => {
    expect(said(parseService({}))).toEqual([
      expect.stringMatching(/^name: is missing: .*unit/),
      expect.stringMatching(/^member: is missing: /),
      expect.stringMatching(/^image: is missing: .*registry/),
      expect.stringMatching(/^ram: is missing: .*512MiB/),
    ]);
  });

  it.each([
    [{ privileged: false }, "privileged: is refused"],
    [{ networkMode: "host" }, "networkMode: is refused: on the host's network"],
    [{ network: "host" }, "network: is refused"],
    [{ pid: "host" }, "pid: is refused: every service has namespaces of its own"],
    [{ ipc: "host" }, "ipc: is refused"],
    [{ userns: "keep-id" }, "userns: is refused"],
    [{ devices: ["/dev/kvm"] }, "devices: is refused"],
    [{ podmanArgs: ["--privileged"] }, "podmanArgs: is refused"],
    [{ PodmanArgs: "x" }, "PodmanArgs: is refused"],
    [{ mem_limit: "1g" }, 'mem_limit: is not a key here: use "ram"'],
    [{ env_file: "x" }, 'env_file: is not a key here: write variables in "environment"'],
    [{ enviroment: {} }, 'enviroment: is not a known key (did you mean "environment"?)'],
    [
      { ports: { web: { host: 8080, container: 80, proto: "tcp" } } },
      'ports.web.proto: is not a known key (did you mean "protocol"?)',
    ],
    [{ ports: { web: 443 } }, "ports.web: a port of the host is a whole number from 1024 to 65535"],
    [{ ports: { web: "443:443" } }, "ports.web: a port of the host is a whole number from 1024 to 65535"],
    [{ ports: { web: "8080" } }, "ports.web: must be a number without quotes"],
    [{ ports: { web: "127.0.0.1:8080:80" } }, "ports.web: must be two ports"],
    [{ ports: { web: 8080.5 } }, "ports.web: "],
    [{ ports: { a: 8080, b: "8080:1" } }, 'ports.b: takes port 8080/tcp of the host, which "a" has already'],
    [{ volumes: { a: "/x", b: "/x" } }, "volumes.b: /x is the same folder as volumes.a"],
    [{ volumes: { a: "/x/y", b: "/x" } }, "volumes.a: /x/y lies inside volumes.b (/x)"],
    [{ volumes: { a: "/x" }, tmpfs: ["/x/y"] }, "tmpfs.0: /x/y lies inside volumes.a"],
    [{ tmpfs: ["/x", "/x"] }, "tmpfs.1: stands here twice"],
    [{ volumes: { a: "/etc:/etc" } }, "volumes.a: must be a path in the container alone"],
    [
      { environment: { A: "x" }, secrets: { A: { value: "y", as: "environment" } } },
      'secrets.A: is a variable in "environment" as well',
    ],
    [{ secrets: { A: { config: "x" } } }, "secrets.A: still names a value of Pulumi's configuration"],
    [{ secrets: { A: { value: { config: "x" } } } }, "secrets.A.value: still names a value of Pulumi's configuration"],
    [{ secrets: { A: "" } }, "secrets.A: is empty"],
    [{ health: {} }, "health: must say how to check"],
    [{ health: { tcp: "web", command: ["x"] } }, "health: must have one of tcp, command"],
    [{ health: { http: "/" } }, "health.port: is missing"],
    [{ health: { http: "/", port: "web" } }, 'health.port: "web" is no port of this service: it has none'],
    [
      { ports: { api: 8080 }, health: { tcp: "web" } },
      'health.tcp: "web" is no port of this service: its ports are api',
    ],
    [{ ports: { web: "8080:80/udp" }, health: { tcp: "web" } }, 'health.tcp: "web" is a UDP port'],
    [{ ports: { web: 8080 }, health: { tcp: "constructor" } }, 'health.tcp: "constructor" is no port'],
    [{ health: { command: [] } }, "health.command: must have at least one word"],
    [{ command: ["a\0"] }, "command.0: may not have a NUL"],
    [{ user: "70000" }, "user: must be a user of the container"],
    [{ pidsLimit: 1 }, "pidsLimit: must be a whole number from 16"],
    [{ networks: ["host"] }, 'networks.0: "host" would be the host\'s own network'],
    [{ registryLogin: { username: "a" } }, "registryLogin.password: is missing"],
    [JSON.parse('{"environment":{"__proto__":"x"}}') as object, "environment.__proto__: is not a possible name"],
  ])("refuses %j", (extra, expected) => {
    expect(said(parseService({ ...least, ...extra })).join("\n")).toContain(expected);
    expect(findingsOf(parseService({ ...least, ...extra }))).toHaveLength(1);
  });

  it("accepts a secret file beside a variable of its name", () => {
    expect(parseService({ ...least, environment: { A: "/run/secrets/A" }, secrets: { A: "y" } }).ok).toBe(true);
  });

  it("never repeats a secret", () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9]{12,20}$/).map((text) => `geheim${text}`);
    fc.assert(
      fc.property(secret, (text) => {
        const secrets = {
          A: { value: text, as: text },
          B: { value: { config: text, x: text } },
          C: [text],
          D: { value: `${text}\0`, as: "environment" },
          E: { vallue: text },
        };
        const input = { ...least, ram: "1", secrets, registryLogin: { username: "a:b", password: [text] } };
        expect(JSON.stringify(parseService(input))).not.toContain(text);
        expect(
          JSON.stringify(
            parseHost({
              name: "web1",
              hostKey: `-----BEGIN OPENSSH PRIVATE KEY----- ${text}`,
              hostKeys: [text, text],
              password: text,
            }),
          ),
        ).not.toContain(text);
      }),
    );
  });

  it("checks a thousand services well within a second", () => {
    const input = {
      ...least,
      ports: { web: 8080 },
      volumes: { data: "/data" },
      environment: { A: "b" },
      secrets: { S: "x" },
      health: { http: "/", port: "web" },
    };
    const begin = process.cpuUsage();
    for (let index = 0; index < 1000; index++) expect(parseService({ ...input, name: `s${index}` }).ok).toBe(true);
    // Processor time: the wall clock would measure the machine's other work.
    expect(process.cpuUsage(begin).user / 1000).toBeLessThan(1000);
  });
});

describe("parseMember", () => {
  it("reads a member", () =>
    expect(parseMember({ name: "anna", number: 1042 })).toEqual({ ok: true, value: { name: "anna", number: 1042 } }));
  it.each([0, -1, 1.5, 32_750, "5", Number.NaN])("refuses the number %s", (number) => {
    expect(said(parseMember({ name: "anna", number }))).toEqual([
      expect.stringContaining("number: must be a whole number from 1 to 32749"),
    ]);
  });
  it("says that ids are computed", () =>
    expect(said(parseMember({ name: "anna", number: 1, uid: 5 }))[0]).toContain('computed from "number"'));
});

describe("parseHost", () => {
  const host = { name: "web1", address: "web1.example.org", hostKey: `${key} root@web1`, reserve: "512MiB" };
  it("reads a host and its bastion", () => {
    expect(parseHost({ ...host, ram: "4GiB", bastion: { address: "10.0.0.1", user: "hop", hostKeys: [key] } })).toEqual(
      {
        ok: true,
        value: {
          name: "web1",
          ramBytes: 4 * 1024 ** 3,
          reserveBytes: 536_870_912,
          connection: {
            address: "web1.example.org",
            port: 22,
            user: "root",
            hostKeys: [key],
            bastion: { address: "10.0.0.1", port: 22, user: "hop", hostKeys: [key] },
          },
        },
      },
    );
  });
  it.each([
    [{ hostKey: undefined }, "hostKey: is missing: the host's public SSH key"],
    [{ hostKeys: [key] }, "hostKeys: stands beside hostKey"],
    [{ reserve: undefined }, "reserve: is missing: RAM kept for the host itself"],
    [{ ram: "512MiB" }, "reserve: 512MiB is all of the host's RAM"],
    [{ address: "ssh://x" }, "address: must be a name or IP address alone"],
    [{ address: "root@x" }, "address: must be without a user"],
    [{ address: "x:22" }, "address: must be without a port"],
    [{ address: "300.1.1.1" }, "address: is not a valid IPv4 address"],
    [{ address: "a_b" }, "address: must be a DNS name"],
    [{ address: "-oProxyCommand=x" }, "address: must be a DNS name"],
    [{ user: "Root" }, "user: must be a Linux user name"],
    [{ port: 0 }, "port: must be a whole number"],
    [{ bastion: { address: "b", hostKey: key, bastion: {} } }, "bastion.bastion: is refused"],
    [{ bastion: { address: "b" } }, "bastion.hostKey: is missing"],
    [{ password: "x" }, "password: is refused: hosts are reached with keys"],
    [{ StrictHostKeyChecking: "no" }, "StrictHostKeyChecking: is not a choice"],
  ])("refuses %j", (extra, expected) => {
    expect(said(parseHost({ ...host, ...extra }))).toEqual([expect.stringContaining(expected)]);
  });
  it.each(["192.0.2.1", "2001:db8::1", "localhost", "web1.allmende.test"])("accepts the address %s", (address) => {
    expect(parseHost({ ...host, address }).ok).toBe(true);
  });
});
