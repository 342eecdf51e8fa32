import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { loaderCommand } from "./remote.js";
import { readScript, type ScriptName } from "./scripts.js";

const directory = fileURLToPath(new URL("../scripts", import.meta.url));
const names = readdirSync(directory) as ScriptName[];
const shellScripts = names.filter((name) => name.endsWith(".sh"));
const hasShellcheck = spawnSync("shellcheck", ["--version"]).status === 0;

describe("the scripts that run on a host", () => {
  it.each(names)("%s can be read: ASCII, under 300 lines, none too long", (name) => {
    const text = readScript(name);
    expect(text).toMatch(/^[\t\n\u0020-\u007e]+$/);
    const lines = text.split("\n");
    expect(lines.length).toBeLessThan(300);
    expect(lines.filter((line) => line.length > 180)).toEqual([]);
  });

  it.each(shellScripts)("%s is POSIX sh", (name) => {
    expect(spawnSync("sh", ["-n", `${directory}/${name}`], { encoding: "utf8" })).toMatchObject({
      status: 0,
      stderr: "",
    });
  });

  it.runIf(hasShellcheck)("shellcheck has nothing to say", () => {
    const result = spawnSync("shellcheck", ["-x", ...shellScripts], { cwd: directory, encoding: "utf8" });
    expect(result.stdout).toBe("");
  });
});

describe("loaderCommand", () => {
  const script = "main() { cat; }\nmain\n";
  const load = (input: string) => spawnSync("sh", ["-c", loaderCommand(script)], { input, encoding: "utf8" });

  it("runs the script with the rest of the input as its own", () => {
    expect(load(`${script}data\n\nmore`)).toMatchObject({ status: 0, stdout: "data\n\nmore" });
  });

  it("runs nothing when the script did not arrive as a whole", () => {
    for (const length of [0, 5, script.length - 1]) {
      expect(load(script.slice(0, length))).toMatchObject({ stdout: "", stderr: "" });
      expect(load(script.slice(0, length)).status).not.toBe(0);
    }
  });

  it("has nothing but the size of the script in it", () => {
    expect(loaderCommand("x".repeat(10), "inspect")).toBe(loaderCommand("y".repeat(10), "inspect"));
    expect(() => loaderCommand(script, "x; reboot")).toThrow();
  });
});
