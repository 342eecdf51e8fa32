import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { loadInventoryScript } from "../scripts.js";
import { parseHostPackages, readHostPackages } from "./host-packages.js";
import { parseVulnerabilities } from "./load.js";
import { fixesOfPending } from "./pending-fixes.js";
import { renderTracker } from "./testing/security-data.js";

describe("the packages of a host", () => {
  it("are read with their sources, what waits, and what is held", () => {
    const lines = [
      "release\ttrixie",
      "lists\t1000",
      "installed\tlibssl3t64\t3.5.1-1+b1\topenssl\t3.5.1-1",
      "hold\tpodman",
      "package\tlibssl3t64\tamd64\t3.5.1-1+b1\t3.5.4-1\tsecurity",
      "source\tlibssl3t64\topenssl\t3.5.1-1\t3.5.4-1",
      "kept-back\tlinux-image-amd64",
      "end",
    ];
    expect(parseHostPackages(lines)).toMatchObject({
      release: "trixie",
      listsFrom: "1970-01-01T00:16:40.000Z",
      installed: [{ name: "libssl3t64", version: "3.5.1-1+b1", source: "openssl", sourceVersion: "3.5.1-1" }],
      pending: [{ name: "libssl3t64", source: { name: "openssl", available: "3.5.4-1" } }],
      holds: ["podman"],
      keptBack: ["linux-image-amd64"],
    });
  });

  // This machine is a Debian, too: the script is asked about it, and dpkg is asked the same in another way.
  it.skipIf(!existsSync("/usr/bin/dpkg"))("are those of this machine where it runs", async () => {
    // What waits for an upgrade would take apt many seconds here.
    const input = loadInventoryScript()
      .stdin.toString()
      .replace(/list_packages\n$/, "pending() { false; }\n$&");
    const execAsRoot = async () => {
      const { stdout, stderr, status } = spawnSync("sh", [], { input, maxBuffer: 1e8 });
      return { stdout, stderr: stderr.toString(), exitCode: status ?? 1 };
    };
    const packages = await readHostPackages({ execAsRoot } as unknown as Parameters<typeof readHostPackages>[0], "me");
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the fields are dpkg's
    const format = "${db:Status-Abbrev} ${Package} ${Version} ${source:Version}\n";
    const known = execFileSync("dpkg-query", ["-W", "-f", format], { encoding: "utf8" });
    const installed = packages.installed.map(
      ({ name, version, sourceVersion }) => `${name} ${version} ${sourceVersion}`,
    );
    const expected = known.split("\n").flatMap((line) => (/^.i /.test(line) ? [line.replace(/^...? +/, "")] : []));
    expect(installed.sort()).toEqual(expected.sort());
    expect(packages.release).toMatch(/^[a-z]+$/);
    expect(packages.aptFails).toBe(true);
  });

  it("is an error that names the host when the script did not come to its end", async () => {
    const execAsRoot = async () => ({ stdout: Buffer.from("release\ttrixie\n"), stderr: "killed", exitCode: 137 });
    const broken = { execAsRoot } as unknown as Parameters<typeof readHostPackages>[0];
    await expect(readHostPackages(broken, "web1")).rejects.toMatchObject({
      code: "packages-unreadable",
      concerns: "web1",
    });
  });
});

it("tells what a pending package would fix: with its source, without one, and of a new package nothing", () => {
  const flaws = [{ source: "openssl", id: "CVE-2026-1", fixedIn: "3.5.4-1" }];
  const data = parseVulnerabilities(Buffer.from(renderTracker(flaws)), "trixie");
  const pending = { architecture: "amd64", security: true, installed: "3.5.1-1+b2", available: "3.5.4-1+b1" };
  const source = { name: "openssl", installed: "3.5.1-1", available: "3.5.4-1" };
  const ids = (one: Parameters<typeof fixesOfPending>[1]) => fixesOfPending(data, one).map(({ id }) => id);
  expect(ids({ ...pending, name: "libssl3t64:amd64", source })).toEqual(["CVE-2026-1"]);
  expect(ids({ ...pending, name: "openssl" })).toEqual(["CVE-2026-1"]);
  expect(ids({ ...pending, name: "libssl3t64" })).toEqual([]);
  expect(ids({ ...pending, name: "openssl", installed: undefined })).toEqual([]);
});
