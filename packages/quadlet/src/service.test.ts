import type { HealthSpec, ServiceSpec } from "@allmende/model";
import { plainService } from "@allmende/model/testing";
import { describe, expect, test } from "vitest";
import { UnsafeValueError } from "./errors.js";
import { compileNetwork } from "./network.js";
import { parsePodmanVersion } from "./podman-version.js";
import { compileService, type ServiceContext } from "./service.js";

const mib = 1024 * 1024;

const service = plainService({ ports: { web: { host: 8080, container: 80, protocol: "tcp" } } });

const health: HealthSpec = {
  probe: { kind: "http", path: "/health", port: "web" },
  intervalSeconds: 30,
  timeoutSeconds: 5,
  retries: 3,
  startSeconds: 60,
};

const context: ServiceContext = {
  podman: parsePodmanVersion("5.4.2"),
  secretsDirectory: "/etc/allmende/secrets/anna-blog",
  memberNumber: 1042,
};

/** Lines of the container unit. */
function compile(changes: Partial<ServiceSpec> = {}, changed: Partial<ServiceContext> = {}): string[] {
  const [container] = compileService({ ...service, ...changes }, { ...context, ...changed });
  return container?.text.split("\n") ?? [];
}

test("a plain service, as Debian 13 reads it", () => {
  const files = compileService(service, context);
  expect(files.map((file) => file.name)).toEqual(["anna-blog.container"]);
  expect(files[0]?.text).toMatchInlineSnapshot(`
    "[Unit]
    Description=anna-blog of anna
    StartLimitIntervalSec=0s

    [Container]
    Image=registry.example.org/static-site:1
    Pull=missing
    ContainerName=anna-blog
    HostName=anna-blog
    PodmanArgs=--http-proxy=false
    StopTimeout=30
    PodmanArgs=--memory=134217728
    PodmanArgs=--memory-swap=134217728
    PidsLimit=512
    ShmSize=67108864
    ReadOnly=true
    ReadOnlyTmpfs=true
    Tmpfs=/run:rw,nosuid,nodev,size=67108864,mode=755
    Tmpfs=/tmp:rw,nosuid,nodev,size=67108864,mode=1777
    Tmpfs=/var/tmp:rw,nosuid,nodev,size=67108864,mode=1777
    DropCapability=all
    NoNewPrivileges=true
    Network=pasta
    PublishPort=8080:80
    LogDriver=journald

    [Service]
    MemoryMax=184549376
    MemorySwapMax=0
    TasksMax=640
    Restart=always
    RestartSec=1s
    RestartSteps=8
    RestartMaxDelaySec=120s
    SuccessExitStatus=143
    TimeoutStartSec=60s
    TimeoutStopSec=60s

    [Install]
    WantedBy=default.target
    "
  `);
});

describe("RAM", () => {
  test("Podman 5.5 and newer has a key for it, swap stays off", () => {
    const lines = compile({}, { podman: parsePodmanVersion("5.5.0") });
    expect(lines).toContain("Memory=134217728");
    expect(lines).toContain("PodmanArgs=--memory-swap=134217728");
    expect(lines.join("\n")).not.toContain("--memory=");
  });

  test("directories in RAM and shared memory never hold more than half of it", () => {
    const lines = compile({ ramBytes: 16 * mib, tmpfs: ["/var/cache/app", "/tmp"] });
    expect(lines).toContain("ShmSize=8388608");
    expect(lines.filter((line) => line.startsWith("Tmpfs="))).toEqual([
      "Tmpfs=/run:rw,nosuid,nodev,size=8388608,mode=755",
      "Tmpfs=/var/tmp:rw,nosuid,nodev,size=8388608,mode=1777",
      "Tmpfs=/var/cache/app:rw,nosuid,nodev,size=8388608,mode=1777",
      "Tmpfs=/tmp:rw,nosuid,nodev,size=8388608,mode=1777",
    ]);
  });
});

describe("opt-outs", () => {
  test("a writable root keeps the image's own directories", () => {
    const lines = compile({ writableRoot: true });
    expect(lines).toContain("ReadOnly=false");
    expect(lines.filter((line) => /^(Tmpfs|ReadOnlyTmpfs)=/.test(line))).toEqual([]);
  });

  test("capabilities come back by name only", () => {
    const lines = compile({ capabilities: ["NET_BIND_SERVICE"] });
    expect(lines).toContain("DropCapability=all");
    expect(lines).toContain("AddCapability=NET_BIND_SERVICE");
    for (const capability of ["all x", "net_bind", "SYS_ADMIN,ALL", ""]) {
      expect(() => compile({ capabilities: [capability] })).toThrow(UnsafeValueError);
    }
  });
});

describe("health", () => {
  test("HTTP: started means healthy", () => {
    const lines = compile({ health });
    expect(lines).toContain("Notify=healthy");
    expect(lines).toContain("HealthOnFailure=kill");
    expect(lines).toContain(
      'HealthCmd=["/run/allmende/busybox","wget","-q","-T","5","-O","/dev/null","http://127.0.0.1:80/health"]',
    );
    expect(lines).toContain("Volume=/usr/bin/busybox:/run/allmende/busybox:ro");
    expect(lines).toContain("HealthStartupInterval=2s");
    expect(lines).toContain("TimeoutStartSec=120s");
  });

  test("TCP", () => {
    expect(compile({ health: { ...health, probe: { kind: "tcp", port: "web" } } })).toContain(
      'HealthCmd=["/run/allmende/busybox","nc","-w","5","127.0.0.1","80","-e","/run/allmende/busybox","true"]',
    );
  });

  test("a command ends in time, and its words stay words", () => {
    const [line] = compile({
      health: { ...health, probe: { kind: "command", command: ["check", "$(x) 'y'"] } },
    }).filter((text) => text.startsWith("HealthCmd="));
    const argv = JSON.parse((line ?? "").slice("HealthCmd=".length).replaceAll("$$", "$"));
    expect(argv.slice(0, 3)).toEqual(["/run/allmende/busybox", "sh", "-c"]);
    expect(argv.slice(4)).toEqual(["probe", "5", "check", "$(x) 'y'"]);
  });

  test("refuses what cannot be probed", () => {
    for (const probe of [
      { kind: "http", path: "/", port: "nope" },
      { kind: "http", path: "no-slash", port: "web" },
      { kind: "http", path: "/a b", port: "web" },
      { kind: "command", command: [] },
    ] as const) {
      expect(() => compile({ health: { ...health, probe } })).toThrow(UnsafeValueError);
    }
    const ports = { web: { host: 53, container: 53, protocol: "udp" as const } };
    expect(() => compile({ ports, health })).toThrow("only TCP");
  });
});

describe("secrets", () => {
  const secrets = {
    PASSWORD: { value: "hush-file", as: "file" },
    TOKEN: { value: "hush-environment", as: "environment" },
  } as const;

  test("are named, never contained", () => {
    const lines = compile({ secrets });
    expect(lines).toContain("Volume=/etc/allmende/secrets/anna-blog/PASSWORD:/run/secrets/PASSWORD:ro");
    expect(lines).toContain("Secret=anna-blog-TOKEN,type=env,target=TOKEN");
    expect(lines).toContain(
      "ExecStartPre=/usr/bin/podman secret create --replace anna-blog-TOKEN /etc/allmende/secrets/anna-blog/TOKEN",
    );
    expect(lines.join("\n")).not.toContain("hush");
  });

  test("have names that mean nothing to a path", () => {
    expect(() => compile({ secrets: { "../x": { value: "v", as: "file" } } })).toThrow(UnsafeValueError);
  });

  test("a registry's login is a file", () => {
    expect(compile({}, { authFile: "/etc/allmende/auth.json" })).toContain(
      "PodmanArgs=--authfile=/etc/allmende/auth.json",
    );
  });
});

test("volumes are units of their own", () => {
  const files = compileService({ ...service, volumes: { data: { path: "/var/lib/app" } } }, context);
  expect(files.map((file) => file.name)).toEqual(["anna-blog.container", "anna-blog-data.volume"]);
  expect(files[0]?.text).toContain("\nVolume=anna-blog-data.volume:/var/lib/app\n");
  expect(files[1]?.text).toContain("\nVolumeName=anna-blog-data\n");
});

test("networks are the member's own, or a private one", () => {
  expect(compile()).toContain("Network=pasta");
  expect(compile({ networks: ["shop", "mail"] }).filter((line) => line.startsWith("Network="))).toEqual([
    "Network=shop.network",
    "Network=mail.network",
  ]);
  expect(compileNetwork("shop", context)).toEqual({
    name: "shop.network",
    text: "[Unit]\nDescription=Network shop\n\n[Network]\nNetworkName=shop\n",
  });
});

test("the empty variable is set only where a command needs it", () => {
  expect(compile({ command: ["a", ""] })).toContain('Environment="ALLMENDE_EMPTY="');
  expect(compile({ command: ["a"] }).join("\n")).not.toContain("ALLMENDE_EMPTY");
});

test("a unit that systemd would not read whole is refused", () => {
  const environment = Object.fromEntries(Array.from({ length: 5 }, (_, index) => [`K${index}`, "x".repeat(100_000)]));
  expect(() => compile({ environment })).toThrow("too long for a unit");
});

test("names that are no names are refused", () => {
  for (const name of ["a b", "-a", "a\nb", "a%n", ""]) expect(() => compile({ name })).toThrow(UnsafeValueError);
});
