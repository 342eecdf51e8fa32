import type { Approval } from "@allmende/requests";
import { expect, it } from "vitest";
import { describeApproval, whyNotApproved } from "./approvals.js";

const approval: Approval = {
  ...{ approved: false, by: [], ignored: [], needed: 1, objectors: [], override: undefined },
  source: "commit 45037c7",
};

it("says which trailer does not count, and what to do", () => {
  const ignored = [
    { who: "gerd@example.org", why: "unsigned", trailer: "Approved-by: Gerd <gerd@example.org>" },
  ] as const;
  expect(whyNotApproved({ approval: { ...approval, ignored } })).toBe(
    '0 of 1 approvals (commit 45037c7); "Approved-by: Gerd <gerd@example.org>" does not count, commit 45037c7 has no Signed-off-by: of whoever merged (git commit --amend -s)',
  );
});

it("tells an override with its reason", () => {
  expect(describeApproval(approval)).toBe("approved by nobody (commit 45037c7)");
  const override = { by: "hanna@example.org", reason: "the shop is down" };
  expect(describeApproval({ ...approval, approved: true, override })).toBe(
    "override by hanna@example.org: the shop is down (commit 45037c7)",
  );
});
