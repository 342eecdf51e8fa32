import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { CalendarServer, calendarOf } from "../testing/calendar-server.js";
import { makeCertificate, type TestCertificate } from "../testing/smtp.js";
import { failureOf } from "./feed-failure.js";
import { readFeeds } from "./read-feeds.js";

const text = calendarOf("20261203");

let own: TestCertificate;
let folder: string;
let servers: Server[];
let seen: { readonly authorization?: string | undefined; readonly etag?: string | undefined }[];

beforeAll(() => {
  own = makeCertificate();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "allmende-trust-"));
  await writeFile(join(folder, "ca.pem"), own.ca);
  servers = [];
  seen = [];
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  await rm(folder, { recursive: true });
});

/** A server of calendars over TLS; gives its address without a path. */
async function listen({ key, cert }: TestCertificate, redirect?: string): Promise<string> {
  const server = createServer({ key, cert }, ({ headers }, response) => {
    seen.push({ authorization: headers.authorization, etag: headers["if-none-match"] });
    if (redirect !== undefined) response.writeHead(302, { location: redirect }).end();
    else if (headers["if-none-match"] === '"1"') response.writeHead(304).end();
    else response.writeHead(200, { etag: '"1"' }).end(text);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `https://localhost:${(server.address() as AddressInfo).port}`;
}

async function read(url: string, ca?: string) {
  const feeds = [{ url: { config: "holidays" }, maxAgeSeconds: 7200, index: 0, ca }];
  const secret = async (): Promise<string> => url;
  const options = { copies: join(folder, "copies"), folder, file: "windows.yaml", secret };
  const { texts, problems } = await readFeeds([{ name: "nightly", feeds }], options);
  const why = problems[0]?.error.message;
  // Neither the path, nor the login, nor the place.
  expect(JSON.stringify(problems) + String(why)).not.toMatch(/geheim|localhost/);
  return { text: texts.get("config:holidays"), why };
}

const prefix = "windows.yaml: nightly.blackouts[0].url (config:holidays): the calendar of blackouts cannot be read: ";
const untrusted = `${prefix}its certificate comes from no authority that is trusted here (say which with ca)`;

it("trusts an authority of one's own where it is named, also when the calendar is still the same", async () => {
  const address = `${(await listen(own)).replace("//", "//anna:geheim1@")}/geheim2`;
  expect((await read(address, "ca.pem")).text).toBe(text);
  expect((await read(address, "ca.pem")).text).toBe(text);
  const authorization = `Basic ${Buffer.from("anna:geheim1").toString("base64")}`;
  expect(seen).toEqual([{ authorization }, { authorization, etag: '"1"' }]);
});

it("trusts it nowhere else, whatever the environment says", async () => {
  const address = `${await listen(own)}/geheim`;
  expect((await read(address)).why).toMatch(`${untrusted}, and there is no copy of it`);
  vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
  await writeFile(join(folder, "other.pem"), makeCertificate().ca);
  expect((await read(address, "other.pem")).why).toContain(untrusted);
  expect(seen).toEqual([]);
});

it("tells what else is wrong with a certificate, and with the file of an authority", async () => {
  await writeFile(join(folder, "broken.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
  const expired = makeCertificate(-1);
  await writeFile(join(folder, "expired.pem"), expired.ca);
  const address = await listen(expired);
  expect((await read(`${address}/geheim`, "expired.pem")).why).toBe(
    `${prefix}its certificate has expired, and there is no copy of it`,
  );
  const byNumber = (await listen(own)).replace("localhost", "127.0.0.1");
  expect((await read(byNumber, "ca.pem")).why).toContain("its certificate is for another name");
  expect((await read(address, "none.pem")).why).toContain("there is no file none.pem, the authority (ca)");
  expect((await read(address, "broken.pem")).why).toContain("broken.pem, the authority (ca), is no certificate in PEM");
});

it("a redirect to another place takes no login with it, and has to be trusted as well", async () => {
  const there = await listen(own);
  const address = `${(await listen(own, `${there}/`)).replace("//", "//anna:geheim@")}/geheim`;
  expect((await read(address, "ca.pem")).text).toBe(text);
  expect(seen.map(({ authorization }) => authorization !== undefined)).toEqual([true, false]);
  const stranger = await listen(makeCertificate());
  expect((await read(await listen(own, `${stranger}/`), "ca.pem")).why).toContain(untrusted);
});

it("shows nothing of a name that nobody knows, and only the origin of an address that is no secret", async () => {
  // Asked of nobody: resolvers differ in how long they take, and in what they say.
  const unknown = Object.assign(new Error("getaddrinfo ENOTFOUND geheim.invalid"), { code: "ENOTFOUND" });
  const failed = new TypeError("fetch failed", { cause: unknown });
  expect(failureOf(failed, "https://geheim.invalid/geheim")).toBe("nobody knows its name");
  const blocked = new TypeError("fetch failed", { cause: new Error("bad port") });
  expect(failureOf(blocked, "https://geheim.invalid:9/geheim")).toBe("its port is blocked for web requests");
  const server = new CalendarServer("");
  const origin = await server.listen();
  server.answer = (_, response) => response.writeHead(503).end();
  const feeds = [{ url: `${origin.replace("//", "//anna:geheim@")}/geheim`, maxAgeSeconds: 60, index: 0 }];
  const options = { copies: folder, folder, file: "windows.yaml", secret: async () => "" };
  const { problems } = await readFeeds([{ name: "nightly", feeds }], options);
  await server.close();
  expect(problems[0]?.error.message).toContain(`nightly.blackouts[0].url (${origin}): the calendar`);
  expect(JSON.stringify(problems)).not.toContain("geheim");
});
