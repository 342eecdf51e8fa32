import type { ServiceStatus } from "@allmende/host";
import type { HostSpec } from "@allmende/model";
import { plainService } from "@allmende/model/testing";
import { expect, test } from "vitest";
import type { DeployedHost } from "./deployed.js";
import { findService } from "./logs.js";
import { statusRow } from "./status.js";

const mib = 1024 * 1024;
const host: HostSpec = {
  name: "web1",
  connection: { address: "::1", port: 22, user: "root", hostKeys: [] },
  reserveBytes: 0,
};
const service = plainService({
  name: "blog",
  ramBytes: 64 * mib,
  ports: { web: { host: 8080, container: 80, protocol: "tcp" } },
});
const members = [{ name: "anna", number: 1042 }];
const live: ServiceStatus = {
  member: "anna",
  service: "blog",
  declared: undefined,
  state: "active/running",
  health: "healthy",
  restarts: 1,
  live: {
    active: true,
    containerMemoryMaxBytes: 32 * mib,
    memoryCurrentBytes: mib,
    activeSince: "2026-01-01T00:00:00Z",
  },
};

test("a row joins declared and real", () => {
  const row = statusRow({ host, members }, service, live, Date.parse("2026-01-01T00:01:00Z"));
  expect(row).toMatchObject({
    state: "running",
    ok: true,
    memberNumber: 1042,
    ramBytes: 64 * mib,
    ramLimitBytes: 32 * mib,
    uptimeSeconds: 60,
    url: "http://[::1]:8080/",
  });
});

test.each([
  ["activating/start", "starting"],
  ["activating/auto-restart", "unhealthy"],
  ["failed/failed", "failed"],
  ["inactive/dead", "stopped"],
])("systemd's %s is %s, and not well", (state, shown) => {
  expect(statusRow({ host, members }, service, { ...live, state })).toMatchObject({ state: shown, ok: false });
});

test("what is not there, and what could not be asked, are told apart", () => {
  expect(statusRow({ host, members }, service, undefined).state).toBe("missing");
  expect(statusRow({ host, members }, service, "unreachable").state).toBe("unreachable");
});

test("a service is found by its name, or by its member's and its own; two of the same name need more", () => {
  const deployed: DeployedHost = {
    host,
    members: [...members, { name: "bruno", number: 1043 }],
    services: [service, { ...service, member: "bruno" }],
    credentials: {},
    resources: [],
  };
  expect(findService([deployed], "bruno/blog", undefined).member.number).toBe(1043);
  expect(() => findService([deployed], "blog", undefined)).toThrow(/several services/);
  expect(() => findService([deployed], "shop", undefined)).toThrow(/no service shop/);
  expect(() => findService([deployed], "anna/blog", "web2")).toThrow(/no service/);
});
