import { parseService } from "@allmende/model";
import { describe, expect, test } from "vitest";
import { hostInput, serviceInput } from "../testing/inputs.js";
import { parseDeclaration } from "./declaration.js";
import { hostInputOf, serviceInputOf } from "./input-of-spec.js";

describe("inputs that are made from a manifest", () => {
  test("say the same as those it was made of", () => {
    const full = {
      ...serviceInput,
      command: ["serve", "--all"],
      user: "1000:1000",
      ports: { web: "8081:80", metrics: { host: 8090, container: 9090, protocol: "udp" }, api: 8082 },
      volumes: { data: "/var/lib/data" },
      tmpfs: ["/tmp"],
      health: { http: "/health", port: "web", interval: "10s", timeout: "2s", retries: 5, start: "2m" },
      writableRoot: true,
      capabilities: ["NET_BIND_SERVICE"],
      networks: ["backend"],
      after: ["anna-db"],
      pidsLimit: 1024,
      deleteData: true,
    };
    const { declaration, findings } = parseDeclaration("service", full);
    expect(findings).toEqual([]);
    if (declaration?.kind !== "service") throw new Error("no service");
    const inputs = serviceInputOf(declaration.service);
    expect(parseService({ ...inputs, member: "anna" })).toEqual({ ok: true, value: declaration.service });
    expect(inputs["ports"]).toEqual(full.ports);
  });

  test("leave defaults out", () => {
    const { declaration } = parseDeclaration("service", serviceInput);
    if (declaration?.kind !== "service") throw new Error("no service");
    const { member: _member, host: _host, ...own } = serviceInput;
    expect(serviceInputOf(declaration.service)).toEqual(own);
    expect(hostInputOf(declaration.host)).toEqual({ ...hostInput, reserve: "0.5GiB" });
  });
});
