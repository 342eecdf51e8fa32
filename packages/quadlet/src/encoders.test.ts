import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as encode from "./encoders.js";
import { UnsafeValueError } from "./errors.js";

const unsafe = expect.any(UnsafeValueError);

describe("every text encoder", () => {
  const encoders = {
    verbatim: (text: string) => encode.verbatim(text, "X"),
    words: (text: string) => encode.words([text], "X"),
    containerCommand: (text: string) => encode.containerCommand([text], "X"),
    containerEnvironment: (text: string) => encode.containerEnvironment({ KEY: text }, "X"),
    unitEnvironment: (text: string) => encode.unitEnvironment({ KEY: text }, "X"),
    unitText: (text: string) => encode.unitText(text, "X"),
    unitCommands: (text: string) => encode.unitCommands([["/bin/true", text]], "X"),
  };

  test.each(Object.entries(encoders))("%s writes one line or throws", (_name, encodeText) => {
    const hostile = fc.string({
      unit: fc.constantFrom("\n", "\r", "\0", "\\", '"', "'", "%", "$", " ", "=", "a", "ü", "\u0080"),
    });
    fc.assert(
      fc.property(fc.oneof(hostile, fc.string({ unit: "binary" })), (text) => {
        let lines: readonly string[];
        try {
          lines = encodeText(text);
        } catch (error) {
          expect(error).toEqual(unsafe);
          return;
        }
        expect(lines).toHaveLength(1);
        expect(lines[0]).not.toMatch(/[\n\r\0]/);
        // A backslash at the end would join the next line to this one.
        expect(lines[0]).not.toMatch(/\\$/);
        // Every % and, in command lines, $ is doubled.
        expect(lines[0]?.replaceAll("%%", "")).not.toContain("%");
      }),
    );
  });

  test.each(Object.entries(encoders))("%s refuses what would be dropped or changed on the way", (_name, encodeText) => {
    for (const text of ["a\0b", "\ud800", "\uffff", "\ufdd0", "\u{1fffe}", "\u0080"]) {
      expect(() => encodeText(text)).toThrow(UnsafeValueError);
    }
    expect(() => encodeText("x".repeat(128 * 1024))).toThrow("longer than 128 KiB");
  });
});

test("errors name the option, not the value", () => {
  expect(() => encode.containerEnvironment({ KEY: "hush\0" }, "[Container] Environment")).toThrow(
    /^\[Container\] Environment KEY: contains a NUL character$/,
  );
});

test("a line that Quadlet does not unquote refuses what it would strip", () => {
  for (const text of ["", " a", "a ", '"a', 'a"', "a\\", "a\nb", "\u00a0a", ";"]) {
    expect(() => encode.verbatim(text, "X"), JSON.stringify(text)).toThrow(UnsafeValueError);
  }
  expect(encode.verbatim("50% of $5", "X")).toEqual(["50%% of $$5"]);
});

test("a command keeps empty arguments and lone semicolons", () => {
  expect(encode.containerCommand(["-c", "", ";", "a b\n"], "X")).toEqual([
    `-c "\${ALLMENDE_EMPTY}" ";\${ALLMENDE_EMPTY}" "a b\\n"`,
  ]);
  expect(encode.needsEmptyVariable(["a", ""])).toBe(true);
  expect(encode.needsEmptyVariable(["a;", " "])).toBe(false);
});

test("systemd's own lines double the dollar in commands only", () => {
  expect(encode.unitCommands([["/usr/bin/podman", "$HOME", "%h", ""]], "X")).toEqual(['/usr/bin/podman $$HOME %%h ""']);
  expect(encode.unitEnvironment({ A: "$HOME %h" }, "X")).toEqual(['"A=$HOME %%h"']);
  expect(() => encode.unitCommands([["-/bin/true"]], "X")).toThrow(UnsafeValueError);
});

test("names of variables and labels are checked", () => {
  for (const key of ["", "A B", "A=B", "1A", "A\n", "A-B"]) {
    expect(() => encode.containerEnvironment({ [key]: "x" }, "X"), key).toThrow(UnsafeValueError);
  }
  expect(() => encode.labels({ "a b": "x" }, "X")).toThrow(UnsafeValueError);
});

test("numbers are whole and in range", () => {
  expect(encode.seconds(5, "X")).toEqual(["5s"]);
  for (const value of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => encode.seconds(value, "X")).toThrow(UnsafeValueError);
  }
  expect(() => encode.bytes(0, "X")).toThrow(UnsafeValueError);
});
