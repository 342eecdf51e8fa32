import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { shutDown } from "./orderly-stop.js";

let api: Server;
let asked: string[];
/** What the server is, request by request; the last one stays. */
let statuses: string[];

beforeAll(async () => {
  api = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const isAllowed = request.headers.authorization === "Bearer t0ken";
    const status = statuses.length > 1 ? statuses.shift() : statuses[0];
    response.writeHead(isAllowed ? 200 : 401).end(JSON.stringify({ server: { status } }));
  });
  await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
});
afterAll(() => api.close());
beforeEach(() => {
  asked = [];
});

const access = (token = "t0ken") => ({ endpoint: `http://127.0.0.1:${(api.address() as AddressInfo).port}/v1`, token });

test("a server is told to shut down, and waited for until it is off", async () => {
  statuses = ["running", "running", "off"];
  expect(await shutDown(access(), "42", { everyMs: 1 })).toBe(true);
  expect(asked).toEqual(["POST /v1/servers/42/actions/shutdown", "GET /v1/servers/42", "GET /v1/servers/42"]);
});

test("one that does not end is not waited for without end", async () => {
  statuses = ["running"];
  expect(await shutDown(access(), "42", { everyMs: 5, timeoutMs: 100 }).catch(() => false)).toBe(false);
});

test("an API that refuses is an error that does not tell the token", async () => {
  statuses = ["running"];
  await expect(shutDown(access("wrong"), "42")).rejects.toThrow(/^Hetzner's API answers 401 to POST \/v1\/servers\/42/);
});
