import { expect, test } from "vitest";
import { createProgram } from "../program.js";
import { memberInventory } from "../request/testing/member-inventory.js";
import { recordingContext } from "../testing.js";

async function run(...words: readonly string[]) {
  const context = recordingContext();
  await createProgram(context).parseAsync([...words], { from: "user" });
  return context.written.out;
}

test("says that there is no such member, and of one who asked for nothing that there are no requests", async () => {
  const directory = memberInventory();
  await expect(run("request", "list", "-f", directory, "--member", "frida")).rejects.toMatchObject({
    code: "unknown-member",
    nextStep: "name one of: anna, ben",
  });
  expect(await run("request", "list", "-f", directory, "--member", "anna")).toBe("no requests\n");
});

test("a report of no time at all is a mistake", async () => {
  const days = ["--since", "2026-12-01", "--until", "2026-11-01"];
  await expect(run("work", "report", memberInventory(), ...days)).rejects.toMatchObject({ code: "bad-usage" });
});
