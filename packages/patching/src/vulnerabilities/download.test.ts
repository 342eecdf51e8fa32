import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { download } from "./download.js";

const modified = "Mon, 02 Nov 2026 10:00:00 GMT";
let cacheDirectory: string;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let requests: IncomingMessage[];
const server = createServer((request, response) => {
  requests.push(request);
  answer(request, response);
});
let address: string;

beforeEach(async () => {
  requests = [];
  cacheDirectory = await mkdtemp(join(tmpdir(), "allmende-download-"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/data`;
  answer = (_, response) => response.writeHead(200, { etag: '"1"', "last-modified": modified }).end("one");
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(cacheDirectory, { recursive: true });
});

describe("download", () => {
  it("asks again whether its copy is still the same, and says from when the data is", async () => {
    const first = await download(address, { cacheDirectory });
    expect(first).toMatchObject({ dated: { date: "2026-11-02T10:00:00.000Z", dateIs: "server" } });
    answer = (_, response) => response.writeHead(304).end();
    const second = await download(address, { cacheDirectory });
    expect(requests[1]?.headers).toMatchObject({ "if-none-match": '"1"', "if-modified-since": modified });
    expect(second).toEqual(first);
    expect(second.bytes.toString()).toBe("one");
    expect(second.dated.staleBecause).toBeUndefined();
  });

  it("takes an old copy only with the word that, and why, it is old", async () => {
    await download(address, { cacheDirectory });
    answer = (_, response) => response.writeHead(503).end();
    const { bytes, dated } = await download(address, { cacheDirectory });
    expect(bytes.toString()).toBe("one");
    expect(dated.staleBecause).toContain("503");
  });

  it("takes no damaged copy: it asks for all of it again", async () => {
    await download(address, { cacheDirectory });
    const name = (await readdir(cacheDirectory)).find((each) => each.endsWith(".data")) ?? "";
    await writeFile(join(cacheDirectory, name), "damaged");
    expect((await download(address, { cacheDirectory })).bytes.toString()).toBe("one");
    expect(requests[1]?.headers["if-none-match"]).toBeUndefined();
  });

  it("is bounded in size and time, for all of the body", async () => {
    await expect(download(address, { cacheDirectory, maximumBytes: 2 })).rejects.toMatchObject({
      code: "no-vulnerabilities",
      message: expect.stringContaining("larger than 2 bytes"),
    });
    answer = (_, response) => void response.writeHead(200).write("it never ends");
    await expect(download(address, { cacheDirectory, timeoutMs: 200 })).rejects.toThrow("takes too long");
    expect(await readdir(cacheDirectory)).toEqual([]);
  });

  it("takes no body that ends early", async () => {
    answer = (_, response) => {
      response.writeHead(200, { "content-length": "100" }).write("half");
      setImmediate(() => response.destroy());
    };
    await expect(download(address, { cacheDirectory })).rejects.toMatchObject({ code: "no-vulnerabilities" });
  });

  it("shows no password of an address", async () => {
    const withLogin = address.replace("http://", "http://mirror:geheim@");
    const { dated } = await download(withLogin, { cacheDirectory });
    expect(requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from("mirror:geheim").toString("base64")}`);
    expect(dated.origin).toBe(address);
    answer = (_, response) => response.writeHead(404).end();
    const failed = await download(withLogin, { cacheDirectory: join(cacheDirectory, "other") }).catch(String);
    expect(failed).toContain(address);
    expect(failed).not.toContain("geheim");
  });
});
