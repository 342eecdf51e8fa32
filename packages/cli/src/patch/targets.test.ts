import { sshdMissing } from "@allmende/ssh/testing";
import { describe, expect, test } from "vitest";
import { useSilentHost } from "../live/testing/silent-host.js";
import { askAll, targetsOf } from "./targets.js";

describe.skipIf(sshdMissing())("hosts that are looked at, of which one does not answer", () => {
  const { hosts } = useSilentHost();

  test("the others are told at once, and that one after its deadline", async () => {
    const stack = targetsOf(hosts(), 1500);
    const told: [string, readonly string[]][] = [];
    const names = ["silent", "well"];
    const { signal } = new AbortController();
    const results = await askAll(
      stack,
      names,
      async (_, host) => host,
      signal,
      ({ host }, missing) => {
        told.push([host, missing]);
      },
    );
    await stack.close();
    expect(told).toEqual([
      ["well", ["silent"]],
      ["silent", []],
    ]);
    expect(results).toMatchObject([{ error: { code: "connect-timeout" } }, { value: "well" }]);
  }, 10_000);
});
