import { memberOverheadBytes, serviceOverheadBytes } from "@allmende/model";
import { describe, expect, it } from "vitest";
import { planDrift } from "./drift.js";
import { renderManifest } from "./manifest.js";
import { expectedObservation, renderAccess } from "./observation.js";
import { parseInspection } from "./parsed-inspection.js";
import { renderSliceDropIn } from "./render-derived.js";
import { renderHost } from "./render-host.js";
import { renderMember } from "./render-member.js";
import { renderService } from "./render-service.js";
import type { ResourceTree } from "./resource.js";
import { sha256 } from "./sha256.js";
import { parseStatus } from "./status.js";
import { anna, sampleService, web1 } from "./testing/samples.js";

const trees = [renderHost(web1), renderMember(anna), renderService(sampleService(), anna)];
const [host, member, service] = trees as [ResourceTree, ResourceTree, ResourceTree];
const unit = "user-21042.slice/user@21042.service/app.slice/anna-blog.service";
const mib = 1024 ** 2;
const unitMax = 128 * mib + serviceOverheadBytes;
const sliceFile = "/etc/systemd/system/user-21042.slice.d/50-allmende.conf";
const sliceText = renderSliceDropIn("anna", {
  memoryMaxBytes: unitMax + memberOverheadBytes,
  tasksMax: 512 + 64 + 256,
});

/** What inspect.sh prints for a host on which everything is as declared. */
function healthyInspection(): string[] {
  const files = trees.flatMap((tree) => tree.files);
  return [
    "== facts",
    "/proc/sys/kernel/random/boot_id:3c1e7284-4260-40ee-82f5-02c6a0b31bd2",
    "/proc/sys/kernel/osrelease:6.12.0",
    "/proc/sys/kernel/hostname:web1",
    "/etc/debian_version:13.1",
    "/proc/meminfo:MemTotal:        1532572 kB",
    "Package: podman",
    "Status: install ok installed",
    "Version: 5.4.2+ds1-2+b2",
    "== manifests",
    ...trees.flatMap((tree) =>
      renderManifest({ ...tree, files: tree.files.slice(0, -1) })
        .trimEnd()
        .split("\n"),
    ),
    "== digests",
    ...files.map((file) => `${sha256(file.content)}  ${file.path}`),
    `${sha256(sliceText)}  ${sliceFile}`,
    "== access",
    ...[...files, ...service.directories].map(
      (entry) => `${entry.path}\t${renderAccess(entry).replaceAll(" ", "\t")}\t1000.5`,
    ),
    "/run/user/21042/systemd/generator/anna-blog.service\t644\t21042\t21042\t2000.25",
    "/run/user/21042/systemd/units/invocation:anna-blog.service\t777\t21042\t21042\t3000.5",
    "== subordinate",
    ...["/etc/subuid", "/etc/subgid"].flatMap((file) => [
      `${file}:hostmaster:100000:65536`,
      `${file}:anna:69337088:65536`,
    ]),
    "== cgroups",
    `user-21042.slice/memory.max:${unitMax + memberOverheadBytes}`,
    `${unit}/memory.max:${unitMax}`,
    `${unit}/memory.current:${40 * mib}`,
    `${unit}/memory.events:oom_kill 2`,
    `${unit}/libpod-payload-abc/memory.max:${128 * mib}`,
    `${unit}/libpod-payload-abc/memory.current:${30 * mib}`,
    "== overrides",
    "== end",
  ];
}

function driftOf(tree: ResourceTree, damage: (line: string) => string | undefined): string[] {
  const lines = healthyInspection().flatMap((line) => damage(line) ?? []);
  expect(lines).not.toEqual(healthyInspection());
  const observed = parseInspection(lines).resources.get(tree.id);
  return planDrift(expectedObservation(tree), observed).map(({ what, message }) => `${what}: ${message}`);
}

describe("parseInspection", () => {
  const observation = parseInspection(healthyInspection());

  it("reads the host's facts", () => {
    expect(observation.facts).toEqual({
      hostname: "web1",
      podman: "5.4.2",
      memTotalBytes: 1532572 * 1024,
      bootId: "3c1e7284-4260-40ee-82f5-02c6a0b31bd2",
      kernel: "6.12.0",
      debian: "13.1",
    });
  });

  it("sees no drift where there is none", () => {
    for (const tree of trees) {
      expect(planDrift(expectedObservation(tree), observation.resources.get(tree.id))).toEqual([]);
    }
  });

  it("reads what runs", () => {
    expect(observation.resources.get("service/anna/anna-blog")?.live).toEqual({
      active: true,
      memoryMaxBytes: unitMax,
      containerMemoryMaxBytes: 128 * mib,
      memoryCurrentBytes: 30 * mib,
      oomKills: 2,
      activeSince: "1970-01-01T00:50:00.500Z",
    });
  });

  it("gives back what was declared, without secrets", () => {
    expect(observation.resources.get("service/anna/anna-blog")?.manifest).toEqual(
      JSON.parse(JSON.stringify(service.declared)),
    );
    expect(JSON.stringify([...observation.resources])).not.toMatch(/correct|battery|tr0ub/);
  });

  it("does not take half an answer for a whole one", () => {
    expect(() => parseInspection(healthyInspection().slice(0, -1))).toThrow(/ended early/);
  });

  it("knows a host that nobody provisioned", () => {
    const bare = parseInspection(["== facts", "/proc/meminfo:MemTotal: 1024 kB", "== end"]);
    expect([bare.facts.podman, bare.resources.size]).toEqual([undefined, 0]);
  });
});

describe("planDrift names", () => {
  const container = "/etc/containers/systemd/users/21042/anna-blog.container";
  const without = (part: string) => (line: string) => (line.includes(part) ? undefined : line);
  const replace = (from: string | RegExp, to: string) => (line: string) => line.replace(from, to);

  it("an edited file", () => {
    const edited = (line: string) =>
      /^[0-9a-f]{64}/.test(line) && line.endsWith(container) ? line.replace(/^.{64}/, "0".repeat(64)) : line;
    expect(driftOf(service, edited)).toEqual([
      expect.stringMatching(/^file: .*anna-blog\.container has another content than declared: sha256:0{12} instead of/),
    ]);
  });

  it("an edited secret without any digest of it", () => {
    const edited = (line: string) =>
      line.endsWith("/API_KEY") && !line.includes("file\t") ? line.replace(/^[0-9a-f]{64}/, "0".repeat(64)) : line;
    expect(driftOf(service, edited)).toEqual([
      "file: /var/lib/allmende/secrets/21042/anna-blog/API_KEY has another content than declared.",
    ]);
  });

  it("a missing file, a changed mode, a changed owner", () => {
    expect(driftOf(member, (line) => (line.startsWith("/etc/sysusers.d") ? undefined : line))).toEqual([
      "file: /etc/sysusers.d/allmende-anna.conf is missing.",
    ]);
    expect(driftOf(service, replace(`${container}\t644\t0\t0`, `${container}\t666\t0\t5`))).toEqual([
      `file: ${container} has another mode or owner than declared: mode=666 uid=0 gid=5.`,
    ]);
    expect(driftOf(service, replace("/secrets/21042\t750", "/secrets/21042\t755"))).toEqual([
      "file: /var/lib/allmende/secrets/21042 has another mode or owner than declared: mode=755 uid=0 gid=21042.",
    ]);
  });

  it("derived files of a member", () => {
    expect(driftOf(member, without("/etc/subuid:anna"))).toEqual([
      "file: /etc/subuid is not what the declared services add up to (without anna:69337088:65536).",
    ]);
    expect(driftOf(member, without(`  ${sliceFile}`))).toEqual([`file: ${sliceFile} is missing.`]);
  });

  it("a stopped unit", () => {
    expect(driftOf(service, without(`${unit}/`))).toEqual(["unit: anna-blog.service is stopped, declared is running."]);
  });

  it("live limits, with both values", () => {
    expect(driftOf(service, replace(`${unit}/memory.max:${unitMax}`, `${unit}/memory.max:max`))).toEqual([
      `limit: anna-blog.service: the live MemoryMax of the unit is unlimited, declared is ${unitMax} bytes.`,
    ]);
    expect(driftOf(service, replace(/(payload-abc\/memory.max):.*/, "$1:1048576"))).toEqual([
      "limit: anna-blog.service: the live memory limit of the container is 1048576 bytes, declared is 134217728 bytes.",
    ]);
  });

  it("a member's live slice limit, with both values", () => {
    const sum = unitMax + memberOverheadBytes;
    expect(
      driftOf(member, replace(`user-21042.slice/memory.max:${sum}`, "user-21042.slice/memory.max:104857600")),
    ).toEqual([
      `limit: member/anna: the live MemoryMax of the slice is 104857600 bytes, the declared services add up to ${sum} bytes.`,
    ]);
    expect(driftOf(member, replace(`user-21042.slice/memory.max:${sum}`, "user-21042.slice/memory.max:max"))).toEqual([
      `limit: member/anna: the live MemoryMax of the slice is unlimited, the declared services add up to ${sum} bytes.`,
    ]);
    // Their manager does not run: there is nothing to limit.
    expect(driftOf(member, without("user-21042.slice/memory.max"))).toEqual([
      expect.stringMatching(/^unit: member\/anna is stopped/),
    ]);
  });

  it("a unit that systemd has not read again, and what overrides it", () => {
    expect(driftOf(service, replace(/(anna-blog\.container\t644\t0\t0)\t.*/, "$1\t2001"))).toEqual([
      "loaded: anna-blog.service: systemd runs on an older version of its files than those on disk.",
    ]);
    const path = "/run/user/21042/systemd/user.control/anna-blog.service.d";
    const override = (line: string) => (line === "== overrides" ? `== overrides\n21042\t${path}` : line);
    const lines = healthyInspection().flatMap((line) => override(line).split("\n"));
    const observed = parseInspection(lines).resources.get(service.id);
    expect(planDrift(expectedObservation(service), observed)).toMatchObject([{ what: "loaded", path }]);
  });

  it("drop-ins of Quadlet's, of the service and of what it brings along: they can say privileged", () => {
    const paths = [
      "/etc/containers/systemd/users/21042/anna-blog.container.d",
      "/etc/containers/systemd/users/21042/anna-blog-data.volume.d",
      "/etc/containers/systemd/users/21042/anna-.container.d",
      "/etc/containers/systemd/users/21042/container.d",
      "/etc/containers/systemd/users/anna-blog.container.d",
      "/home/anna/.config/containers/systemd/anna-blog.container.d",
      "/run/user/21042/containers/systemd/anna-blog.container.d",
      "/etc/systemd/user/anna-blog.service",
    ];
    const others = [
      "/etc/containers/systemd/users/21042/other.container.d",
      "/etc/containers/systemd/users/container.d",
    ];
    const elsewhere = ["/etc/containers/systemd/users/bert-db.container.d", "/etc/systemd/user/bert-db.service.d"];
    const lines = healthyInspection().flatMap((line) =>
      line === "== overrides" ? [line, ...[...paths, ...others, ...elsewhere].map((path) => `21042\t${path}`)] : [line],
    );
    const { resources } = parseInspection(lines);
    const found = planDrift(expectedObservation(service), resources.get(service.id));
    expect(found.map(({ what, path }) => [what, path])).toEqual(paths.map((path) => ["loaded", path]));
    expect(found[0]?.message).toContain("may run with something else than what is declared");
    // What is no override of a service of ours stays the member's.
    const strangers = planDrift(expectedObservation(member), resources.get(member.id));
    expect(strangers.map(({ what, path }) => [what, path])).toEqual(others.map((path) => ["foreign", path]));
  });

  it("units of a member that nobody declared, and only these", () => {
    const own = `21042\t${container}`;
    const strangers = [
      "/etc/containers/systemd/users/21042/mine.container",
      "/home/anna/.config/containers/systemd/other.container",
      "/home/anna/.config/systemd/user/timer.service",
    ];
    const lines = healthyInspection().flatMap((line) =>
      line === "== overrides" ? [line, own, ...strangers.map((path) => `21042\t${path}`)] : [line],
    );
    const { resources } = parseInspection(lines);
    const found = planDrift(expectedObservation(member), resources.get(member.id));
    expect(found.map(({ what, path }) => [what, path])).toEqual(strangers.map((path) => ["foreign", path]));
    expect(planDrift(expectedObservation(service), resources.get(service.id))).toEqual([]);
  });

  it("a resource that is not there", () => {
    expect(driftOf(host, without("\thost"))).toEqual(["unit: host is not on the host."]);
  });
});

describe("parseStatus", () => {
  it("joins what the managers say to what is declared", () => {
    const units = [
      "== units",
      "uid=21042",
      "Id=anna-blog.service",
      "ActiveState=active",
      "SubState=running",
      "NRestarts=3",
      // The next member's manager follows at once.
      "uid=21043",
      "Id=bruno-db.service",
      "ActiveState=failed",
      "SubState=failed",
    ];
    const [status] = parseStatus([...healthyInspection().slice(0, -1), ...units, "== end"]).services;
    expect(status).toMatchObject({ member: "anna", state: "active/running", health: "healthy", restarts: 3 });
    expect(status?.declared?.ramBytes).toBe(128 * mib);
  });

  it("says unknown where no manager runs", () => {
    expect(parseStatus(healthyInspection()).services).toMatchObject([{ state: "unknown", health: "unknown" }]);
  });
});
