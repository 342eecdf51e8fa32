import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { kernelListens } from "./mconsole.js";

let folder: string;
let socket: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mconsole-"));
  socket = join(folder, "web1", "mconsole");
});
afterEach(() => rm(folder, { recursive: true }));

test("a kernel that is still starting is waited for, until its socket is there", async () => {
  let listens = false;
  const waiting = kernelListens(socket, "web1", 10_000).then(() => {
    listens = true;
  });
  await mkdir(dirname(socket));
  expect(listens).toBe(false);
  const server = createServer().listen(socket);
  await once(server, "listening");
  await waiting;
  server.close();
});

test("a kernel that never listens is given up, with what to look at", async () => {
  await expect(kernelListens(socket, "web1", 100)).rejects.toMatchObject({
    code: "kernel-silent",
    concerns: "web1",
    nextStep: expect.stringContaining("console"),
  });
});
