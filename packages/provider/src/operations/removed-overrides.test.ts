import { expect, test } from "vitest";
import { describeRemovedOverrides } from "./removed-overrides.js";

const paths = ["/etc/systemd/user/anna-blog.service.d", "/etc/containers/systemd/users/21042/anna-blog.container.d"];
const outputs = (...dropIns: string[]) => ({ live: { active: true, ...(dropIns.length > 0 ? { dropIns } : {}) } });

test("names what overrode a service and does so no more, with the place of its copy", () => {
  expect(describeRemovedOverrides(outputs(...paths), outputs())).toEqual(
    paths.map(
      (path) => `removed ${path}, which nobody declared; its last copy is /var/lib/allmende/removed${path}.tar`,
    ),
  );
});

test("says nothing of what is still there, nor of a service that is new or was never overridden", () => {
  expect(describeRemovedOverrides(outputs(...paths), outputs(...paths))).toEqual([]);
  expect(describeRemovedOverrides(outputs(), outputs())).toEqual([]);
  expect(describeRemovedOverrides(undefined, outputs())).toEqual([]);
});
