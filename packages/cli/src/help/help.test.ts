import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { expect, test } from "vitest";
import { createProgram } from "../program.js";
import { recordingContext } from "../testing.js";
import { renderCompletion } from "./completion.js";
import { renderReference } from "./reference.js";

const program = createProgram(recordingContext());

function leaves(command: Command, path = ""): [string, Command][] {
  const name = `${path} ${command.name()}`.trim();
  return command.commands.length === 0 ? [[name, command]] : command.commands.flatMap((child) => leaves(child, name));
}

test.each(leaves(program))("%s has a summary and examples", (_, command) => {
  expect(command.summary()).not.toBe("");
  expect(renderReference({ name: () => "allmende", commands: [command] } as unknown as Command)).toMatch(
    /```\n\S*allmende|```\nnpm|```\neval/,
  );
});

/** The formatter pads the cells of tables; only what they say counts. */
const withoutPadding = (text: string) => text.replace(/-{3,}/g, "---").replace(/[ \n]*\|[ \n]*/g, "|");

test("the reference in packages/cli/README.md is what the commands say (UPDATE=1 writes it)", () => {
  const path = new URL("../../README.md", import.meta.url);
  const [start, end] = ["<!-- reference: generated -->\n", "<!-- end of reference -->"];
  const readme = readFileSync(path, "utf8");
  const before = readme.slice(0, readme.indexOf(start) + start.length);
  const wanted = `${before}\n${renderReference(program)}\n${readme.slice(readme.indexOf(end))}`;
  if (process.env["UPDATE"]) writeFileSync(path, wanted);
  expect(withoutPadding(readFileSync(path, "utf8"))).toBe(withoutPadding(wanted));
});

function completeInBash(words: readonly string[]): string[] {
  const directory = mkdtempSync(join(tmpdir(), "allmende-completion-"));
  const script = join(directory, "completion.bash");
  writeFileSync(script, renderCompletion(program, "bash"));
  const body = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _allmende; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const output = execFileSync("bash", ["-c", body, "bash", script, "allmende", ...words], {
    cwd: directory,
    encoding: "utf8",
  });
  rmSync(directory, { recursive: true });
  return output.split("\n").filter((line) => line !== "");
}

test("bash completes commands, subcommands, options and choices", () => {
  expect(completeInBash(["dr"])).toEqual(["drift"]);
  expect(completeInBash(["lab", "s"])).toEqual(["status", "ssh"]);
  expect(completeInBash(["up", "stacks/lab", "--ref"])).toEqual(["--refresh"]);
  expect(completeInBash(["completion", "z"])).toEqual(["zsh"]);
});

test("every command path is in the scripts of all shells", () => {
  for (const shell of ["zsh", "fish"] as const) {
    const script = renderCompletion(program, shell);
    for (const [, command] of leaves(program)) expect(script).toContain(command.name());
  }
});
