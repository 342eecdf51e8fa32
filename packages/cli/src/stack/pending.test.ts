import { expect, test } from "vitest";
import { hasOnlySettledCreations } from "./pending.js";

const state = (urns: readonly string[], pending: readonly (readonly [string, string])[]) => ({
  checkpoint: {
    latest: {
      resources: urns.map((urn) => ({ urn })),
      pending_operations: pending.map(([type, urn]) => ({ type, resource: { urn } })),
    },
  },
});

test.each([
  ["nothing is pending", state(["a"], []), false],
  ["there is no state", {}, false],
  [
    "all creations were completed",
    state(
      ["a", "b"],
      [
        ["creating", "a"],
        ["creating", "b"],
      ],
    ),
    true,
  ],
  [
    "one may have left something on a host",
    state(
      ["a"],
      [
        ["creating", "a"],
        ["creating", "b"],
      ],
    ),
    false,
  ],
  ["an update was interrupted: the engine forgets it by itself", state(["a"], [["updating", "a"]]), false],
])("%s", (_, given, expected) => {
  expect(hasOnlySettledCreations(given)).toBe(expected);
});
