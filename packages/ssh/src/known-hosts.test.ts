import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findHostKeys, parseKnownHosts } from "./known-hosts.js";
import { generateKey, run } from "./testing/tools.js";

let directory: string;
let first: string;
let second: string;
let rsa: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "allmende-known-hosts-"));
  first = await generateKey(join(directory, "a"), "ed25519");
  second = await generateKey(join(directory, "b"), "ed25519");
  rsa = await generateKey(join(directory, "c"), "rsa");
});
afterAll(() => rm(directory, { recursive: true }));

const find = (text: string, address: string, port = 22) => findHostKeys(parseKnownHosts(text), address, port);

describe("findHostKeys", () => {
  test("finds plain names, addresses and every type of key", () => {
    const text = `# a comment\n\nweb1,192.0.2.7 ${first} added by hand\nweb1 ${rsa}\nweb2 ${second}\n`;
    expect(find(text, "web1")).toEqual([first, rsa]);
    expect(find(text, "WEB1")).toEqual([first, rsa]);
    expect(find(text, "192.0.2.7")).toEqual([first]);
    expect(find(text, "web3")).toEqual([]);
  });

  test("tells ports apart", () => {
    const text = `web1 ${first}\n[web1]:2222 ${second}\n[2001:db8::1]:2222 ${rsa}\n`;
    expect(find(text, "web1", 22)).toEqual([first]);
    expect(find(text, "web1", 2222)).toEqual([second]);
    expect(find(text, "web1", 2223)).toEqual([]);
    expect(find(text, "2001:db8::1", 2222)).toEqual([rsa]);
  });

  test("knows patterns and negation", () => {
    const text = `*.example.org,!db.example.org ${first}\nweb?.example.net ${second}\n`;
    expect(find(text, "web1.example.org")).toEqual([first]);
    expect(find(text, "db.example.org")).toEqual([]);
    expect(find(text, "web1.example.net")).toEqual([second]);
    expect(find(text, "web12.example.net")).toEqual([]);
    expect(find(text, "example.org")).toEqual([]);
  });

  test("never returns a revoked key, nor a certificate authority", () => {
    const text = `web1 ${first}\nweb1 ${second}\n@revoked * ${first}\n@cert-authority *.example.org ${rsa}\n@future web1 ${rsa}\n`;
    expect(find(text, "web1")).toEqual([second]);
    expect(find(text, "web1.example.org")).toEqual([]);
  });

  test("skips what it cannot read and keeps the rest", () => {
    expect(find(`web1 ssh-ed25519 AAAA\nweb1\nweb1 ssh-dss AAAA\nweb1 ${first}\r\n`, "web1")).toEqual([first]);
  });

  test("reads what ssh-keygen hashes", async () => {
    const path = join(directory, "known_hosts");
    await writeFile(path, `web1.example.org ${first}\n[web1.example.org]:2222 ${second}\n`);
    await run("ssh-keygen", ["-q", "-H", "-f", path]);
    const text = await readFile(path, "utf8");
    expect(text).not.toContain("web1");
    expect(find(text, "web1.example.org")).toEqual([first]);
    expect(find(text, "web1.example.org", 2222)).toEqual([second]);
    expect(find(text, "web2.example.org")).toEqual([]);
  });

  test("a pattern of many stars takes no time", () => {
    const started = performance.now();
    expect(find(`${"*a".repeat(200)}*b ${first}\n`, "a".repeat(2000))).toEqual([]);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
