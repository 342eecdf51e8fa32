import { expect, test } from "vitest";
import { explain } from "./advice.js";

test.each([
  "[ERROR] An unexpected error was encountered during an API request.\n\nError code: unauthorized\nStatus code: 401\n: API request failed",
  "allmende:index:HostKey resource 'web1': property problem value {Hetzner's API cannot be asked:\nError code: unauthorized\n} has a problem: web1: Hetzner's API cannot be asked:\nError code: unauthorized",
  "unable to authenticate; token missing, malformed or wrong (unauthorized)",
])("a token that is not accepted is said in the same words for all: %s", (message) => {
  expect(explain(message)).toMatch(/^Hetzner's API does not accept the token \(hcloud:token\)/);
});

test("a token that is missing comes with how to give it", () => {
  const message = '[AttributeName("token")] Missing Hetzner Cloud API token: While configuring the provider, …';
  expect(explain(message)).toContain("pulumi config set --secret hcloud:token");
});

test("why a server cannot be had is said once, without the property that carries it", () => {
  const message =
    'allmende:index:HostKey resource \'web1\': property problem value {Hetzner has no location "x"} has a problem: web1: Hetzner has no location "x"';
  expect(explain(message)).toBe('web1: Hetzner has no location "x"');
});

test.each([
  "server limit exceeded (resource_limit_exceeded)",
  "server limit exceeded (resource_limit_exceeded, 0d1e…)",
  "  sdk-v2/provider2.go:572: sdk.helper_schema: server limit exceeded (resource_limit_exceeded): provider=hcloud@1.41.0",
])("what the API refuses comes with what helps, in one form: %s", (message) => {
  expect(explain(message)).toMatch(
    /^server limit exceeded \(resource_limit_exceeded.*\)\. The project may have no more/,
  );
});

test("anything else stays as it is", () => {
  expect(explain("disk full")).toBe("disk full");
});
