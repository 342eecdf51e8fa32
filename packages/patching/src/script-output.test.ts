import { expect, test } from "vitest";
import { fatalError } from "./script-output.js";

test("a host that another run holds: what ends by itself, and what has to be finished", () => {
  const fatal = {
    code: "locked",
    message: "run nightly of coop by ci holds this host; its last sign of life is 13 s old",
  };
  expect(fatalError("web1", fatal, []).nextStep).toBe(
    "Wait until it has ended, then run it again. A run whose runner was killed does not end by itself: finish it, with its stack: allmende patch run --resume.",
  );
});
