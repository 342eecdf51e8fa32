import { expect } from "vitest";
import { createProgram } from "../../program.js";
import { recordingContext } from "../../testing.js";

/** `allmende WORDS` in this process. */
export async function run(...words: readonly string[]) {
  const context = recordingContext();
  await createProgram(context).parseAsync([...words], { from: "user" });
  return { exitCode: context.exitCode, ...context.written };
}

/** The second of two requests for one port, as `--json` has it. */
export const held = {
  request: "two",
  file: "requests/two.yaml",
  member: "anna",
  service: "anna-two",
  reasons: ["port 8090/tcp of web1 is taken (anna-one): choose another one"],
  nextStep: expect.stringContaining("allmende revert two"),
};
