import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { labPackages } from "@allmende/lab";
import { describe, expect, it } from "vitest";
import { debianPackages, missingPackages, renderInstallCommand } from "../../../packages/cli/bootstrap/debian.mjs";
import { planGo, wantedGo } from "../../../packages/cli/bootstrap/go.mjs";
import { renderElapsed } from "../../../packages/cli/bootstrap/progress.mjs";
import { checkNode, parseSetupArguments } from "../../../packages/cli/bootstrap/setup.mjs";
import { checkLengths, countLines } from "../../../packages/cli/bootstrap/source-files.mjs";
import { parseTestArguments } from "../../../packages/cli/bootstrap/test-run.mjs";
import { root as project, pulumiVersion } from "../../../packages/cli/bootstrap/tools.mjs";
import { matchesMinor, parseVersion } from "../../../packages/cli/bootstrap/versions.mjs";

const readProject = (path: string) => readFileSync(join(project, path), "utf8");

describe("versions", () => {
  it.each(["20.19.0", "20.20.2", "22.1.0", "26.0.0-nightly"])("takes Node.js %s", (version) => {
    expect(() => checkNode(version)).not.toThrow();
  });

  it.each(["20.18.3", "18.20.0", "9.99.99"])("refuses Node.js %s", (version) => {
    expect(() => checkNode(version)).toThrow(`Node.js 20.19 or newer is needed; this is ${version}.`);
  });

  it("sets up everything, or what a runner needs; nothing else can be asked for", () => {
    expect(parseSetupArguments([])).toBe("everything");
    expect(parseSetupArguments(["--runner"])).toBe("runner");
    expect(() => parseSetupArguments(["--runer"])).toThrow("Unknown: --runer.");
  });

  it.each([
    ["v3.255.0", true],
    ["v3.255.7-dev", true],
    ["v3.25.5", false],
    ["v4.255.0", false],
  ])("compares Pulumi's %s", (text, suits) => {
    const version = parseVersion(text);
    expect(version && matchesMinor(version, "3.255.0")).toBe(suits);
  });

  it.each([
    [undefined, "install"],
    ["go version go1.11.6 linux/amd64", "install"],
    ["go version go1.19.8 linux/amd64", "downloads"],
    ["go version go1.24.4 linux/amd64", "switches"],
    ["go version go1.25.2 linux/amd64", "switches"],
    ["go version go1.25.11 linux/amd64", "as-is"],
    ["go version go1.26.8 linux/amd64", "as-is"],
    ["go version go1.30 linux/amd64", "as-is"],
  ])("plans for %s", (answer, plan) => {
    expect(planGo(answer)).toBe(plan);
  });
});

describe("the pinned Pulumi CLI", () => {
  it("is the same as a release, as Go module and as the SDK's version", () => {
    const manifest = JSON.parse(readProject("packages/components/package.json"));
    const goMod = readProject("packages/cli/bootstrap/pulumi-go/go.mod");
    expect(manifest.dependencies["@pulumi/pulumi"]).toBe(pulumiVersion);
    expect(goMod).toMatch(new RegExp(`^require github.com/pulumi/pulumi/pkg/v3 v${pulumiVersion}$`, "m"));
    expect(goMod).toMatch(new RegExp(`^go ${wantedGo}$`, "m"));
  });
});

describe("Debian packages", () => {
  it("misses what dpkg does not call installed", () => {
    const listing = "installed openssl\nnot-installed skopeo\nconfig-files umoci\ninstalled sudo\n";
    expect(missingPackages(["openssl", "skopeo", "sudo", "umoci", "unheard-of"], listing)).toEqual([
      "skopeo",
      "umoci",
      "unheard-of",
    ]);
  });

  it("names the command for a person", () => {
    expect(renderInstallCommand(["skopeo", "umoci"])).toBe(
      "sudo apt-get update && sudo apt-get install --no-install-recommends skopeo umoci",
    );
  });

  it("cover what the lab looks for", () => {
    expect(labPackages.length).toBeGreaterThan(0);
    expect(debianPackages(["checks", "lab"])).toEqual(expect.arrayContaining([...labPackages]));
  });

  it("adds the lab's to those of the checks", () => {
    expect(debianPackages(["checks"])).toContain("shellcheck");
    expect(debianPackages(["checks"])).not.toContain("mmdebstrap");
    expect(debianPackages(["checks", "lab"])).toEqual(expect.arrayContaining(["mmdebstrap", "shellcheck"]));
  });
});

describe("the tests' arguments", () => {
  it.each([
    [[], ["unit", "lab"], []],
    [["--unit"], ["unit"], []],
    [["--lab", "packages/host", "-t", "resize"], ["lab"], ["packages/host", "-t", "resize"]],
    [["packages/model"], ["unit", "lab"], ["packages/model"]],
  ])("%j", (args, rings, rest) => {
    expect(parseTestArguments(args)).toEqual({ rings, rest });
  });
});

describe("elapsed time", () => {
  it.each([
    [430, "0.4 s"],
    [9_949, "9.9 s"],
    [12_400, "12 s"],
    [59_700, "1 min 00 s"],
    [185_000, "3 min 05 s"],
  ])("%i ms is %s", (ms, text) => {
    expect(renderElapsed(ms)).toBe(text);
  });
});

describe("lengths of files", () => {
  it("counts lines as an editor does", () => {
    expect([countLines(""), countLines("a"), countLines("a\n"), countLines("a\nb"), countLines("\n\n")]).toEqual([
      0, 1, 1, 2, 2,
    ]);
  });

  it("names what is too long", () => {
    const root = mkdtempSync(join(tmpdir(), "allmende-lengths-"));
    writeFileSync(join(root, "long.ts"), "x\n".repeat(301));
    writeFileSync(join(root, "short.ts"), "x\n".repeat(300));
    expect(checkLengths(root, ["long.ts", "short.ts"], 300)).toEqual([expect.stringContaining("long.ts: 301 lines")]);
    rmSync(root, { recursive: true });
  });
});
