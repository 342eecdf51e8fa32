import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test, vi } from "vitest";
import { main } from "./main.js";

afterEach(() => vi.restoreAllMocks());

/** Runs `allmende ARGS` in this process. */
async function allmende(...args: string[]): Promise<{ exitCode: number; out: string; err: string }> {
  const written = { out: "", err: "" };
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    written.out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    written.err += String(text);
    return true;
  });
  const exitCode = await main(args);
  return { exitCode, ...written };
}

test.each([
  [["up", "--foo", "--json"], /unknown option '--foo'/, "allmende up --help"],
  [["lab", "status", "--json", "--nmae", "x"], /Did you mean --name/, "allmende lab status --help"],
  [["statsu", "--json"], /unknown command 'statsu'/, "allmende --help"],
  [["render", "--json"], /required option/, "allmende render --help"],
  [["help", "nothing", "--json"], /missing or unknown/, "allmende --help"],
])("%j: a JSON document says what is wrong", async (args, message, help) => {
  const { exitCode, out, err } = await allmende(...args);
  expect({ exitCode, err }).toEqual({ exitCode: 2, err: "" });
  const document = JSON.parse(out);
  expect(document).toMatchObject({ ok: false, error: { code: "bad-usage", nextStep: expect.stringContaining(help) } });
  expect(document.error.message).toMatch(message);
});

test("without --json it is said in words, with the help to look into", async () => {
  const { exitCode, out, err } = await allmende("up", "--foo");
  expect({ exitCode, out }).toEqual({ exitCode: 2, out: "" });
  expect(err).toBe("error: unknown option '--foo'\n  next: see `allmende up --help`\n");
});

test.each([
  [["help", "nothing"], "error: unknown command 'nothing'"],
  [["lab"], "error: a command is missing"],
])("%j: the reason stands before the help", async (args, reason) => {
  const { exitCode, err } = await allmende(...args);
  expect({ exitCode, first: err.split("\n")[0] }).toEqual({ exitCode: 2, first: reason });
});

test.each([
  [["schema", "--out", "package.json"]],
  [["render", "web1", "--out", "package.json", "-C", "stacks/lab", "--from", "inventory"]],
])("%j: a file is no folder to write into", async (args) => {
  const { exitCode, err } = await allmende(...args);
  expect({ exitCode, err: err.split("\n")[0] }).toEqual({
    exitCode: 2,
    err: "error: package.json is a file, where a folder belongs",
  });
});

test("the next step names the lab that is meant", async () => {
  const { exitCode, err } = await allmende("lab", "ssh", "--name", "nowhere", "web1");
  expect(exitCode).toBe(3);
  expect(err).toContain("allmende lab up --name nowhere");
});

test.each([[["--help"]], [["help", "up"]], [["lab", "--help"]], [["--version"]]])("%j succeeds", async (args) => {
  const { exitCode, out, err } = await allmende(...args);
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: "" });
  expect(out).not.toBe("");
});

test.each(["--help", "schema hosts"])("%s into a pipe that nobody reads ends well and quietly", (args) => {
  const program = fileURLToPath(new URL("../bin/allmende.js", import.meta.url));
  const script = `'${process.execPath}' '${program}' ${args} | true; exit \${PIPESTATUS[0]}`;
  const { status, stderr } = spawnSync("bash", ["-c", script], { encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});
