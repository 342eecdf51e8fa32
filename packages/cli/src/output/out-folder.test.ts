import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createProgram } from "../program.js";
import { recordingContext } from "../testing.js";
import { makeOutFolder } from "./out-folder.js";

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), "allmende-out-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test("a folder is made with those above it, and what is there stays", () => {
  const folder = join(temporary(), "a/b/c");
  makeOutFolder(folder);
  writeFileSync(join(folder, "kept"), "");
  makeOutFolder(folder);
  expect(statSync(join(folder, "kept")).isFile()).toBe(true);
  expect(() => makeOutFolder(join(folder, "kept", "below"))).toThrow(/kept is a file, where a folder belongs/);
});

test.skipIf(!existsSync("/proc/self"))("where none can be made is an error, and no endless try", async () => {
  expect(() => makeOutFolder("/proc/allmende/calendars")).toThrow(
    expect.objectContaining({
      code: "unwritable-folder",
      message: expect.stringContaining("/proc/allmende cannot be made"),
    }),
  );
  const command = ["schema", "--out", "/proc/allmende"];
  await expect(createProgram(recordingContext()).parseAsync(command, { from: "user" })).rejects.toThrow(
    /cannot be made/,
  );
});
