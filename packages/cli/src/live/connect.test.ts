import { sshdMissing } from "@allmende/ssh/testing";
import { describe, expect, test } from "vitest";
import { recordingContext } from "../testing.js";
import { onHosts } from "./connect.js";
import { useSilentHost } from "./testing/silent-host.js";

describe.skipIf(sshdMissing())("hosts of which one does not answer", () => {
  const { hosts } = useSilentHost();

  test("the others are told at once, and that one after its deadline", async () => {
    const told: [string, readonly string[]][] = [];
    const results = await onHosts(recordingContext(), hosts(), async (ssh) => (await ssh.exec("echo hello")).exitCode, {
      connectDeadlineMs: 1500,
      onResult: (result, missing) => told.push([result.deployed.host.name, missing]),
    });
    expect(told).toEqual([
      ["well", ["silent"]],
      ["silent", []],
    ]);
    expect(results).toMatchObject([{ error: { code: "connect-timeout" } }, { value: 0 }]);
  }, 10_000);
});
