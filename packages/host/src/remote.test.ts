import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { inspectHost } from "./inspect.js";
import { inlineCommand, type RemoteRoot } from "./remote.js";
import { readScript } from "./scripts.js";

/** What an inspection sends for a login as `user`. */
async function sentBy(user: string): Promise<{ command: string; stdin: unknown; openStdin: unknown }> {
  let sent: { command: string; stdin: unknown; openStdin: unknown } | undefined;
  const remote: RemoteRoot = {
    connection: { user },
    execAsRoot: async (command, options) => {
      sent = { command, stdin: options?.stdin, openStdin: options?.openStdin };
      return { exitCode: 1, stdout: new Uint8Array(), stderr: "" };
    },
  };
  await inspectHost(remote).catch(() => undefined);
  if (sent === undefined) throw new Error("nothing was sent");
  return sent;
}

describe("how a script reaches a host", () => {
  test("as the command itself for root: no standard input, one round trip", async () => {
    expect(await sentBy("root")).toMatchObject({ stdin: undefined, openStdin: undefined });
  });

  test("from the login shell's hand through sudo, which would log the whole text: one round trip as well", async () => {
    const { command, stdin, openStdin } = await sentBy("hostmaster");
    expect(stdin).toBeUndefined();
    expect(openStdin).toBe(readScript("inspect.sh"));
    expect(command.length).toBeLessThan(200);
  });

  test("the inlined text is the very script, whatever quotes it has", () => {
    const printed = inlineCommand("inspect.sh", "inspect").replace(/^sh -c /, "printf '%s\\n' ");
    const output = execFileSync("sh", ["-c", printed], { encoding: "utf8" });
    expect(output).toBe(`${readScript("inspect.sh")}\nallmende\ninspect\n`);
  });
});
