import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";
import { afterEach, expect, test } from "vitest";
import type { ServiceAddress } from "./address.js";
import { askService, describePostgres, postgresStartup, readableText } from "./answer.js";

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}
const addressAt = (kind: ServiceAddress["kind"], port: number): ServiceAddress => ({
  kind,
  address: "127.0.0.1",
  port,
  path: "/",
  url: `http://127.0.0.1:${port}/`,
});

test("a page's answer is its status and title", async () => {
  const port = await listen(
    createHttpServer((_, response) => response.end("<html><title>Anna's\n blog</title><h1>Hello</h1>")),
  );
  expect(await askService(addressAt("http", port))).toMatchObject({ ok: true, text: "200 Anna's blog" });
});

test("an error page is an answer that is not ok", async () => {
  const port = await listen(createHttpServer((_, response) => response.writeHead(503).end("down")));
  expect(await askService(addressAt("http", port))).toMatchObject({ ok: false, text: "503 down" });
});

test("nobody there, and nobody answering, are told apart", async () => {
  const silent = await listen(createServer((socket) => socket.resume()));
  const silentAnswer = await askService(addressAt("postgres", silent), { timeoutMs: 200 });
  expect(silentAnswer).toMatchObject({ ok: false, text: "no answer in time" });
  const closed = createServer();
  const port = await listen(closed);
  await new Promise((resolve) => servers.splice(servers.indexOf(closed), 1)[0]?.close(resolve));
  for (const kind of ["http", "postgres", "tcp"] as const) {
    expect(await askService(addressAt(kind, port))).toMatchObject({ ok: false, text: "connection refused" });
  }
});

test("PostgreSQL that asks for a password is up", async () => {
  const request = Buffer.from([0x52, 0, 0, 0, 23, 0, 0, 0, 10]);
  let received = Buffer.alloc(0);
  const port = await listen(
    createServer((socket) =>
      socket.on("data", (data) => {
        received = Buffer.concat([received, data]);
        socket.write(request);
      }),
    ),
  );
  expect(await askService(addressAt("postgres", port))).toMatchObject({
    ok: true,
    text: "PostgreSQL asks for a password (SCRAM)",
  });
  expect(received).toEqual(postgresStartup("postgres"));
  expect(received.readInt32BE(0)).toBe(received.length);
});

test("PostgreSQL's errors: starting up is not up, a refused login is", () => {
  const error = (code: string, message: string) =>
    Buffer.concat([Buffer.from([0x45, 0, 0, 0, 0]), Buffer.from(`SFATAL\0C${code}\0M${message}\0\0`)]);
  expect(describePostgres(error("57P03", "the database system is starting up"))).toEqual({
    ok: false,
    text: "PostgreSQL: the database system is starting up",
  });
  expect(describePostgres(error("28000", "no pg_hba.conf entry"))).toMatchObject({ ok: true });
  expect(describePostgres(Buffer.from("HTTP/1.1 400"))).toMatchObject({ ok: false });
});

test("a page's words are short and without markup", () => {
  expect(readableText("<style>a{}</style><p>One <b>two</b></p>")).toBe("One two");
  expect(readableText("x".repeat(100))).toHaveLength(48);
});
