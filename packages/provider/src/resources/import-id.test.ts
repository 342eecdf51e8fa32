import { describe, expect, test } from "vitest";
import { parseImportId } from "./import-id.js";

const at = (address: string, port = 22, user = "root") => ({ address, port, user });

describe("an import id", () => {
  test.each([
    ["host", "web1.example.org", { host: at("web1.example.org"), id: "host" }],
    ["host", "admin@[2001:db8::1]:2222", { host: at("2001:db8::1", 2222, "admin"), id: "host" }],
    ["member", "admin@10.0.0.1/anna", { host: at("10.0.0.1", 22, "admin"), id: "member/anna" }],
    ["service", "web1:2222/anna/blog", { host: at("web1", 2222), id: "service/anna/blog" }],
    ["host", "web1,via=gate.example.org", { host: at("web1"), via: at("gate.example.org"), id: "host" }],
    [
      "service",
      "admin@[fd00::1],via=jump@[2001:db8::1]:2222/anna/blog",
      { host: at("fd00::1", 22, "admin"), via: at("2001:db8::1", 2222, "jump"), id: "service/anna/blog" },
    ],
  ] as const)("of a %s: %s", (kind, text, id) => {
    expect(parseImportId(kind, text)).toEqual({ via: undefined, ...id });
  });

  test.each([
    ["host", "web1/anna"],
    ["service", "web1/anna"],
    ["member", "web1"],
    ["member", "web1:port/anna"],
    ["service", "web1//blog"],
    ["host", "web1,via="],
    ["host", "web1,gate.example.org"],
    ["host", "web1,via=gate1,via=gate2"],
    ["member", "web1/anna,via=gate"],
  ] as const)("is refused for a %s: %s", (kind, text) => {
    expect(() => parseImportId(kind, text)).toThrow(/is not the id of a/);
  });
});
