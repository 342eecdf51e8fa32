import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { nextOccurrences, UserError } from "@allmende/model";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { digest, writeCopy } from "../download/kept-copy.js";
import { CalendarServer, calendarOf } from "../testing/calendar-server.js";
import { windowOf } from "../testing/windows.js";
import { closeUnreadable, readFeeds } from "./read-feeds.js";

const text = calendarOf("20261203");
let copies: string;
let server: CalendarServer;
let address: string;

beforeEach(async () => {
  copies = await mkdtemp(join(tmpdir(), "allmende-feeds-"));
  server = new CalendarServer(text);
  address = `${await server.listen()}/private-geheim/basic.ics`;
});

afterEach(async () => {
  await server.close();
  await rm(copies, { recursive: true });
});

async function read(more: { url?: string; nowMs?: number; timeoutMs?: number; maximumBytes?: number } = {}) {
  const { url = address, ...rest } = more;
  const feeds = [{ url, maxAgeSeconds: 7200, index: 1 }];
  const secret = async (): Promise<string> => url;
  const { texts, notes, problems } = await readFeeds([{ name: "nightly", feeds }], {
    copies,
    folder: copies,
    file: "windows.yaml",
    secret,
    ...rest,
  });
  return { text: texts.get(url), notes, problems };
}

/** Why it cannot be read. */
async function refused(more: Parameters<typeof read>[0] = {}): Promise<string | undefined> {
  const { text, problems } = await read(more);
  expect(text).toBeUndefined();
  return problems[0]?.error.message;
}

const inHours = (hours: number) => Date.now() + hours * 3_600_000;

describe("readFeeds", () => {
  it("asks whether its copy is still the same", async () => {
    expect(await read()).toEqual({ text, notes: [], problems: [] });
    server.answer = (_, response) => response.writeHead(304).end();
    expect(await read()).toEqual({ text, notes: [], problems: [] });
    expect(server.requests[1]?.headers["if-none-match"]).toBe('"1"');
  });

  it("asks once for windows that name the same calendar, and takes its address from the configuration", async () => {
    const feeds = [{ url: { config: "holidays" }, maxAgeSeconds: 60, index: 0 }];
    const windows = ["nightly", "monthly"].map((name) => ({ name, feeds }));
    const secret = async (name: string): Promise<string> => (name === "holidays" ? address : "");
    const { texts } = await readFeeds(windows, { copies, folder: copies, file: "windows.yaml", secret });
    expect([...texts]).toEqual([["config:holidays", text]]);
    expect(server.requests).toHaveLength(1);
  });

  it.each<[string, (typeof server)["answer"], string]>([
    ["404", (_, response) => response.writeHead(404).end("gone"), "the server answers 404 Not Found"],
    ["500", (_, response) => response.writeHead(500).end(), "the server answers 500"],
    [
      "a login page",
      (_, response) => response.end("<html>log in to geheim</html>"),
      "what comes from there is no ICS calendar",
    ],
    ["nothing", (_, response) => response.end(), "what comes from there is no ICS calendar"],
    ["half a calendar", (_, response) => response.end(text.slice(0, -20)), "what comes from there is no ICS calendar"],
    ["too much", (_, response) => response.end(text + " ".repeat(5000)), "it is larger than 4096 bytes"],
    [
      "too much, packed",
      (_, response) => response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(text + " ".repeat(1e6))),
      "it is larger than 4096 bytes",
    ],
    [
      "a body that never ends",
      (_, response) => void response.writeHead(200).write("BEGIN:VCALENDAR"),
      "it takes too long",
    ],
    ["silence", () => undefined, "it takes too long"],
    [
      "a body cut off",
      (_, response) => {
        response.writeHead(200, { "content-length": "900" }).write("BEGIN");
        setImmediate(() => response.destroy());
      },
      "",
    ],
  ])(
    "%s: the last copy counts while it is young, then it is a problem, with file and field",
    async (_, answer, why) => {
      const bounds = { timeoutMs: 300, maximumBytes: 4096 };
      await read();
      server.answer = answer;
      const { text: copy, notes } = await read({ ...bounds, nowMs: inHours(1) });
      expect(copy).toBe(text);
      expect(notes).toEqual([
        expect.stringMatching(
          /^windows\.yaml: nightly\.blackouts\[1\]\.url \(http:\/\/127\.0\.0\.1:\d+\): .* its last copy is 1h old and counts$/,
        ),
      ]);
      expect(notes[0]).toContain(why);
      const { problems, text: nothing } = await read({ ...bounds, nowMs: inHours(3) });
      expect([nothing, problems]).toEqual([
        undefined,
        [{ window: "nightly", why: expect.stringContaining(why), error: expect.any(UserError) }],
      ]);
      const [problem] = problems;
      expect(problem?.error).toMatchObject({
        code: "no-calendar",
        concerns: "windows.yaml: nightly.blackouts[1].url",
        message: expect.stringContaining("its last copy is 3h old, more than 2h (maxAge)"),
      });
      expect(`${String(problem?.error)} ${JSON.stringify(problems)} ${notes.join()}`).not.toContain("geheim");
      server.answer = (_, response) => response.writeHead(304).end();
      expect(await read({ nowMs: inHours(3) })).toEqual({ text, notes: [], problems: [] });
    },
  );

  it("closes the windows that name what cannot be read, and no other", async () => {
    const other = new CalendarServer("");
    other.answer = (_, response) => response.writeHead(503).end();
    const broken = await other.listen();
    const feed = (url: string) => ({ url, maxAge: "1h" });
    const windows = [
      windowOf({ name: "read", blackouts: [feed(address)] }),
      windowOf({ name: "unread", blackouts: [feed(address), feed(broken)] }),
      windowOf({ name: "without" }),
    ];
    const result = await readFeeds(windows, { copies, folder: copies, file: "windows.yaml", secret: async () => "" });
    await other.close();
    expect(result.problems.map(({ window }) => window)).toEqual(["unread"]);
    const shown = closeUnreadable(windows, result).map((window) =>
      nextOccurrences(window, Date.parse("2026-12-02T00:00Z"), 2).map(({ blackout }) => blackout),
    );
    const assembly = { start: "2026-12-03T00:00", end: "2026-12-04T00:00", reason: "Assembly" };
    const unknown = {
      isUnknown: true,
      reason: "the server answers 503 Service Unavailable, and there is no copy of it",
    };
    // Of what is known to be closed, it is said.
    expect(shown).toMatchObject([
      [undefined, assembly],
      [unknown, assembly],
      [undefined, undefined],
    ]);
  });

  it("is refused without a copy, and keeps none of what is no calendar", async () => {
    server.answer = (_, response) => response.end("<html>");
    expect(await refused()).toContain("there is no copy");
    expect(await readdir(copies)).toEqual([]);
  });

  it("asks anew when its copy is not understood, and takes none for a calendar", async () => {
    await read();
    const [name = ""] = (await readdir(copies)).map((file) => file.replace(/\.\w+$/, ""));
    const note = { sha256: digest("<html>"), etag: '"1"', confirmedAt: new Date().toISOString() };
    await writeCopy(join(copies, name), { bytes: Buffer.from("<html>"), note });
    const answer = server.answer;
    server.answer = (_, response) => response.writeHead(503).end();
    expect(await refused()).toContain("there is no copy");
    server.answer = answer;
    expect((await read()).text).toBe(text);
    expect(server.requests.map(({ headers }) => headers["if-none-match"])).toEqual([undefined, undefined, undefined]);
  });

  it("follows redirects, a few, and none to a place where anybody on the way could change it", async () => {
    const to =
      (location: string): (typeof server)["answer"] =>
      (request, response) =>
        request.url === "/there" ? response.end(text) : response.writeHead(302, { location }).end();
    server.answer = to("/there");
    expect((await read()).text).toBe(text);
    server.answer = to("/round");
    expect(await refused({ url: `${address}?1` })).toContain("redirects more than 5 times");
    server.answer = to("http://calendar.example.org/there");
    expect(await refused({ url: `${address}?2` })).toContain("the address that it redirects to must be https");
    server.answer = to("file:///etc/passwd");
    expect(await refused({ url: `${address}?3` })).toContain("the address that it redirects to must be");
  });

  it("shows a login to its own server alone", async () => {
    const other = new CalendarServer(text);
    const there = await other.listen();
    server.answer = (_, response) => response.writeHead(302, { location: `${there}/` }).end();
    await read({ url: address.replace("http://", "http://anna:geheim@") });
    await other.close();
    expect(server.requests[0]?.headers.authorization).toMatch(/^Basic /);
    expect(other.requests[0]?.headers.authorization).toBeUndefined();
  });
});
