import { describe, expect, test } from "vitest";
import { hostOf, unreachable } from "./errors.js";
import { printable } from "./handshake.js";

const connection = { address: "web1.example.org", port: 22, user: "root", hostKeys: [] };

describe("unreachable", () => {
  test.each([
    ["ECONNREFUSED", /refuses connections/, true],
    ["EHOSTUNREACH", /no route/, true],
    ["ENETUNREACH", /no route/, true],
    ["ETIMEDOUT", /does not answer/, true],
    ["EAI_AGAIN", /DNS does not answer/, true],
    // A typo: waiting does not help.
    ["ENOTFOUND", /not known in the DNS/, false],
  ])("%s", (code, message, retry) => {
    const attempt = unreachable(connection, Object.assign(new Error("x"), { code }));
    expect(attempt.error.code).toBe("host-unreachable");
    expect(attempt.error.message).toMatch(message);
    expect(attempt.error.concerns).toBe("web1.example.org");
    expect(attempt.retry).toBe(retry);
  });
});

test("hostOf names the port only when it is not the usual one", () => {
  expect(hostOf(connection)).toBe("web1.example.org");
  expect(hostOf({ ...connection, port: 2222 })).toBe("web1.example.org:2222");
  expect(hostOf({ ...connection, address: "2001:db8::1", port: 2222 })).toBe("[2001:db8::1]:2222");
});

test("what a server says cannot steer a terminal", () => {
  expect(printable("go\u001b[31m away\r\n\u202etxt ")).toBe("go [31m away txt");
  expect(printable("x".repeat(1000))).toHaveLength(300);
});
