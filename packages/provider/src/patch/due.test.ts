import { renderUnreadable } from "@allmende/model";
import { expect, test } from "vitest";
import { patchRunInput, windowInput } from "../testing/patch-inputs.js";
import type { PropertyMap } from "../wire/values.js";
import { parsePatchRun } from "./declaration.js";
import { describeNext } from "./due.js";

test("a window that is closed says when it opens, or why nobody knows", () => {
  const next = (more: PropertyMap = {}) => {
    const parsed = parsePatchRun(patchRunInput("web1", windowInput("closed", more), { calendars }));
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.findings));
    return describeNext(parsed.value, Date.now());
  };
  const calendars = { "config:holidays": renderUnreadable("the server answers 503") };
  expect(next()).toMatch(/^it opens 20\d\d-\d\d-\d\d \d\d:\d\d [A-Z]\S+$/);
  expect(next({ blackouts: [{ url: { config: "holidays" }, maxAge: "1d" }] })).toBe(
    "its calendar of blackouts cannot be read: the server answers 503",
  );
});
