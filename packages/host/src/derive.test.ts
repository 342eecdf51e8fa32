import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { overridesOf } from "./overrides.js";
import { parseManifests } from "./parsed-manifest.js";
import { planChanges } from "./plan.js";
import { renderSliceDropIn, sumLimits } from "./render-derived.js";
import { renderMember } from "./render-member.js";
import { renderService } from "./render-service.js";
import type { ResourceTree } from "./resource.js";
import { readScript } from "./scripts.js";
import { sha256 } from "./sha256.js";
import { anna, bert, sampleService } from "./testing/samples.js";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "allmende-awk-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

function awk(script: "compare.awk" | "derive.awk" | "overrides.awk" | "taken.awk", args: readonly string[]): string {
  const program = write(script, readScript(script));
  const result = spawnSync("awk", ["-f", program, ...args], { encoding: "utf8" });
  expect([result.status, result.stderr]).toEqual([0, ""]);
  return result.stdout;
}

const manifestOf = (tree: ResourceTree) => tree.files.at(-1)?.content ?? "";

describe("derive.awk", () => {
  /** Path -> text of what it would write. */
  function derive(trees: readonly ResourceTree[]): Map<string, string> {
    const manifests = trees.map((tree, index) => write(`manifest${index}`, manifestOf(tree)));
    const todo = write("todo", "");
    const variables = ["-v", `out=${directory}`, "-v", `limits=${directory}/limits`, "-v", `todo=${todo}`];
    const written = awk("derive.awk", [...variables, ...manifests])
      .trimEnd()
      .split("\n");
    return new Map(
      written.map((line) => line.split("\t")).map(([file = "", path = ""]) => [path, readFileSync(file, "utf8")]),
    );
  }

  it("writes the same slices as TypeScript renders, whatever the sizes", () => {
    const size = fc.integer({ min: 4, max: 2 ** 38 }).map((pages) => pages * 4096);
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-z]{1,8}$/), size), { selector: ([name]) => name }),
        (services) => {
          const trees = [
            renderMember(anna),
            ...services.map(([name, ramBytes]) =>
              renderService(sampleService({ name, ramBytes, ports: {}, health: undefined }), anna),
            ),
          ];
          const limits = sumLimits(21_042, parseManifests(trees.flatMap((tree) => manifestOf(tree).split("\n"))));
          const path = "/etc/systemd/system/user-21042.slice.d/50-allmende.conf";
          expect(derive(trees).get(path)).toBe(renderSliceDropIn("anna", limits));
        },
      ),
      { numRuns: 15 },
    );
  });

  it("keeps strangers' subordinate ids and adds every member's", () => {
    const there = readFileSync("/etc/subuid", "utf8");
    const text = derive([renderMember(anna), renderMember(bert)]).get("/etc/subuid");
    expect(text).toBe(`${there}anna:69337088:65536\nbert:1507328:65536\n`);
  });
});

describe("compare.awk", () => {
  const wanted = renderService(sampleService({ volumes: {} }), anna);

  function compare(
    old: readonly ResourceTree[],
    change: Parameters<typeof planChanges>[0],
    damage = (line: string) => line,
  ) {
    const real = old.flatMap((tree) => tree.files);
    const digests = write("digests", real.map((file) => damage(`${sha256(file.content)}  ${file.path}\n`)).join(""));
    const entries = old.flatMap((tree) => [...tree.files, ...tree.directories]);
    const gid = (entry: { group: number | string }) => (entry.group === "root" ? 0 : entry.group);
    const access = write(
      "access",
      entries.map((entry) => damage(`${entry.path}\t${entry.mode.toString(8)}\t0\t${gid(entry)}\n`)).join(""),
    );
    const manifests = old.map((tree, index) => write(`manifest${index}`, manifestOf(tree)));
    const plan = write("plan", planChanges(change).text);
    const variables = ["-v", `ops=${directory}/ops-`, "-v", "manifests=/var/lib/allmende/manifests/"];
    const parts = ["part=digests", digests, "part=access", access, "part=old", ...manifests, "part=new", plan];
    const [line = ""] = awk("compare.awk", [...variables, ...parts]).split("\n");
    const ops = spawnSync("sh", ["-c", `cat ${directory}/ops-* 2>/dev/null`], { encoding: "utf8" }).stdout;
    const [changed, restart, had] = line.split("\t").slice(-3);
    const done = ops
      .trimEnd()
      .split("\n")
      .filter(Boolean)
      .map((op) => `${op.split("\t")[0]} ${op.split("/").at(-1)}`);
    return { changed, restart, had, done };
  }

  it("does nothing where all is the same", () => {
    expect(compare([wanted], [{ kind: "put", tree: wanted }])).toEqual({
      changed: "0",
      restart: "0",
      had: "1",
      done: [],
    });
  });

  it("writes everything where nothing is", () => {
    const result = compare([], [{ kind: "put", tree: wanted }]);
    expect(result).toMatchObject({ changed: "1", restart: "1", had: "0" });
    expect(result.done.filter((op) => op.startsWith("write"))).toHaveLength(wanted.files.length);
  });

  it("mends a mode without a restart, a content with one", () => {
    const mode = compare([wanted], [{ kind: "put", tree: wanted }], (line) =>
      line.replace(/(\.container\t)644/, "$1600"),
    );
    expect(mode).toEqual({ changed: "1", restart: "0", had: "1", done: ["access anna-blog.container"] });
    const content = compare([wanted], [{ kind: "put", tree: wanted }], (line) =>
      line.endsWith(".container\n") ? line.replace(/^[0-9a-f]{4}/, "zzzz") : line,
    );
    expect(content).toEqual({ changed: "1", restart: "1", had: "1", done: ["write anna-blog.container"] });
  });

  it("deletes what is no longer declared", () => {
    const before = renderService(sampleService(), anna);
    const result = compare([before], [{ kind: "put", tree: wanted }]);
    expect(result.done).toContain("delete anna-blog-data.volume");
    expect(result).toMatchObject({ changed: "1", restart: "1" });
  });

  it("removes exactly what the manifest owns, the manifest last", () => {
    const { done } = compare([wanted], [{ kind: "remove", id: wanted.id, member: anna, deleteData: false }]);
    expect(done.filter((op) => op.startsWith("delete"))).toHaveLength(wanted.files.length);
    expect(done.at(-1)).toBe("delete service.anna.anna-blog");
  });

  it("keeps a network's file while another service has it", () => {
    const shop = renderService(sampleService({ name: "shop", networks: ["inner"], volumes: {} }), anna);
    const api = renderService(sampleService({ name: "api", networks: ["inner"], volumes: {} }), anna);
    const { done } = compare([shop, api], [{ kind: "remove", id: shop.id, member: anna, deleteData: false }]);
    expect(done).not.toContain("delete inner.network");
    expect(done).toContain("delete shop.container");
  });
});

describe("overrides.awk", () => {
  it("names the same places as an inspection, each with what it takes to be rid of it", () => {
    const tree = renderService(sampleService(), anna);
    const plan = write("plan", manifestOf(tree));
    const places = awk("overrides.awk", ["-v", "uid=21042", "-v", "member=anna", plan])
      .trimEnd()
      .split("\n")
      .map((line) => line.split("\t"));
    const [manifest] = parseManifests(manifestOf(tree).split("\n"));
    const overrides = places.map(([, , path = ""]) => ({ uid: 21_042, path }));
    expect(manifest && overridesOf(manifest, overrides)).toEqual(overrides.map(({ path }) => path));
    const how = Object.fromEntries(places.map(([key, what, path]) => [path, `${key} ${what}`]));
    expect(how).toMatchObject({
      "/etc/containers/systemd/users/21042/anna-blog.container.d": "service.anna.anna-blog restart",
      "/etc/containers/systemd/users/21042/anna-.container.d": "service.anna.anna-blog restart",
      "/etc/containers/systemd/users/21042/anna-blog-data.volume.d": "service.anna.anna-blog reload",
      "/home/anna/.config/containers/systemd/container.d": "service.anna.anna-blog restart",
      "/etc/systemd/user/anna-blog.service.d": "service.anna.anna-blog reload",
      "/home/anna/.config/systemd/user.control/anna-blog.service.d": "service.anna.anna-blog reload",
      "/run/user/21042/systemd/user/anna-blog.service": "service.anna.anna-blog restart",
    });
  });
});

describe("taken.awk", () => {
  const holders = "port\tservice.anna.anna-blog\ttcp\t8080\nport\tservice.bert.shop\ttcp\t8081\n";
  const listening = [
    'tcp LISTEN 0 4096 *:8080 *:* users:(("pasta.avx2",pid=1,fd=5))',
    'tcp LISTEN 0 4096 127.0.0.1:8081 0.0.0.0:* users:(("pasta.avx2",pid=2,fd=5))',
    'tcp LISTEN 0 4096 [::]:8082 [::]:* users:(("nc",pid=3,fd=5))',
    "udp UNCONN 0 0 0.0.0.0:8083 0.0.0.0:*",
  ];

  /** What the service anna-new, which wants these ports, is told. */
  function taken(ports: readonly string[], otherLines: readonly string[] = []): string[] {
    const plan = [...ports.map((port) => `port\tservice.anna.anna-new\t${port}`), ...otherLines];
    const own = write("own", "port\tservice.anna.anna-new\ttcp\t8084\n");
    const files = [
      ...["part=holders", write("holders", holders), "part=own", own],
      ...["part=plan", write("plan", `${plan.join("\n")}\n`), "part=listening"],
      write("listening", `${listening.join("\n")}\n`),
    ];
    return awk("taken.awk", ["-F", "\t", "-v", "k=service.anna.anna-new", ...files])
      .split("\n")
      .filter((line) => line !== "");
  }

  it("names whoever listens, and nobody where nobody does or the port is its own", () => {
    expect(taken(["tcp\t8080"])).toEqual(["tcp port 8080\tservice.anna.anna-blog\tthe service anna-blog of anna"]);
    expect(taken(["tcp\t8082"])).toEqual(["tcp port 8082\t-\tnc"]);
    expect(taken(["udp\t8083"])).toEqual(["udp port 8083\t-\tsomebody else"]);
    expect(taken(["tcp\t8083", "tcp\t8084", "tcp\t8099"])).toEqual([]);
  });

  it("lets a port change hands when its holder leaves it in the same plan, or is told to", () => {
    const put = "resource\tservice.bert.shop\tput\tbert\t20007\t0\t0\t0\t-\t-";
    const handsOver = ["tcp port 8081\tservice.bert.shop\thands-over"];
    expect(taken(["tcp\t8081"], [put, "port\tservice.bert.shop\ttcp\t8090"])).toEqual(handsOver);
    expect(taken(["tcp\t8081"], ["yields\tservice.anna.anna-new\tservice.bert.shop"])).toEqual(handsOver);
    const stays = ["tcp port 8081\tservice.bert.shop\tthe service shop of bert"];
    expect(taken(["tcp\t8081"], [put, "port\tservice.bert.shop\ttcp\t8081"])).toEqual(stays);
    expect(taken(["tcp\t8081"], ["yields\tservice.anna.other\tservice.bert.shop"])).toEqual(stays);
  });
});
