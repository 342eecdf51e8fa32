import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { letterTo } from "../testing/mails.js";
import {
  makeCertificate,
  smtpSpec,
  startMumbling,
  startSmtpServer,
  type TestCertificate,
  type TestSmtpServer,
  testLogin,
} from "../testing/smtp.js";
import { sendLetters } from "./send-letters.js";

let certificate: TestCertificate;
let server: TestSmtpServer;
const { password } = testLogin;
const letters = ["anna@coop.example", "bert@coop.example", "cleo@coop.example"].map((to) => letterTo(to));
const spec = (changes: Parameters<typeof smtpSpec>[1] = {}) =>
  smtpSpec(server.port, { ca: certificate.ca, ...changes });
const idsOf = (mails: readonly string[]) => mails.map((text) => /^Message-ID: <(.*)>/im.exec(text)?.[1]);

beforeAll(() => {
  certificate = makeCertificate();
});

describe("a server with STARTTLS and a login", () => {
  beforeEach(async () => {
    server = await startSmtpServer(certificate);
  });
  afterEach(async () => await server.close());

  test("gets all mails over one connection, each to one recipient", async () => {
    const seen: string[] = [];
    const result = await sendLetters(spec(), letters, {
      password,
      onBegin: ({ to }) => seen.push(`begin ${to}`),
      onSent: ({ to }) => seen.push(`sent ${to}`),
    });
    expect(result).toEqual({ sent: letters, refused: [] });
    expect(server.connections).toBe(1);
    expect(server.recipients).toEqual(letters.map(({ to }) => [to]));
    expect(idsOf(server.mails)).toEqual(letters.map(({ id }) => id));
    expect(seen).toEqual(letters.flatMap(({ to }) => [`begin ${to}`, `sent ${to}`]));
  });

  test("that refuses one recipient gets the others' mails", async () => {
    const nobody = letterTo("nobody@coop.example");
    const result = await sendLetters(
      spec(),
      [letters[0], nobody, letters[1]].flatMap((each) => each ?? []),
      { password },
    );
    expect(result.sent).toEqual(letters.slice(0, 2));
    expect(result.refused).toMatchObject([{ letter: nobody, error: { code: "smtp-refused" } }]);
    expect(result.refused[0]?.error.message).toContain("no such mailbox");
    expect(result.failure).toBeUndefined();
  });

  test("that refuses the login does not get to show the password, though it repeats it", async () => {
    const wrong = "hunter2 is wrong";
    const { failure, sent } = await sendLetters(spec(), letters, { password: wrong });
    expect(sent).toEqual([]);
    expect(failure).toMatchObject({ name: "UserError", code: "smtp-login-refused" });
    expect(failure?.nextStep).toContain("pulumi config set --secret smtpPassword");
    const shown = [
      failure?.message,
      failure?.nextStep,
      failure?.stack,
      JSON.stringify(failure),
      String(failure?.cause),
    ];
    for (const text of shown) {
      expect(text).not.toContain(wrong);
      expect(text).not.toContain(Buffer.from(wrong).toString("base64"));
    }
  });

  test.each([
    ["an unknown authority", { ca: undefined }],
    ["another name", { host: "127.0.0.1" }],
  ])("is not believed with a certificate of %s: it gets no password", async (_, changes) => {
    const { failure } = await sendLetters(spec(changes), letters, { password });
    expect(failure).toMatchObject({ name: "ConnectError", code: "smtp-tls" });
    expect(server.mails).toEqual([]);
  });

  test("is believed when checking is turned off by name", async () => {
    const result = await sendLetters(spec({ ca: undefined, isVerified: false }), letters, { password });
    expect(result.sent).toHaveLength(3);
  });

  test("is left alone once somebody interrupts", async () => {
    const interrupt = new AbortController();
    const onSent = () => interrupt.abort();
    const result = await sendLetters(spec(), letters, { password, signal: interrupt.signal, onSent });
    expect(result).toEqual({ sent: letters.slice(0, 1), refused: [] });
  });
});

test("TLS from the first byte, without a login", async () => {
  server = await startSmtpServer(certificate, { secure: true, authOptional: true });
  const result = await sendLetters(spec({ tls: "implicit", login: undefined }), letters);
  await server.close();
  expect(result.sent).toHaveLength(3);
});

test("a server without STARTTLS gets nothing, the password least of all", async () => {
  const logins: unknown[] = [];
  server = await startSmtpServer(certificate, {
    disabledCommands: ["STARTTLS"],
    allowInsecureAuth: true,
    onAuth: (auth, _session, callback) => {
      logins.push(auth);
      callback(null, { user: "x" });
    },
  });
  const { failure } = await sendLetters(spec(), letters, { password });
  await server.close();
  expect(failure).toMatchObject({ code: "smtp-no-starttls" });
  expect([logins, server.mails]).toEqual([[], []]);
});

test("a server that drops the connection in the middle gets that mail again over a new one, with the same Message-ID", async () => {
  server = await startSmtpServer(certificate, {
    onMail: (count, socket) => {
      if (count === 2) socket()?.destroy();
    },
  });
  const result = await sendLetters(spec(), letters, { password });
  await server.close();
  expect(result).toEqual({ sent: letters, refused: [] });
  expect(server.connections).toBe(2);
  const [anna, bert, cleo] = letters.map(({ id }) => id);
  expect(idsOf(server.mails)).toEqual([anna, bert, bert, cleo]);
});

test("a server that drops every connection is given up, and what it took before counts", async () => {
  server = await startSmtpServer(certificate, {
    onMail: (count, socket) => {
      if (count >= 2) socket()?.destroy();
    },
  });
  const { sent, failure } = await sendLetters(spec(), letters, { password });
  await server.close();
  expect(sent).toEqual(letters.slice(0, 1));
  expect(failure).toMatchObject({ name: "ConnectError", code: "smtp-unreachable" });
});

test.each([
  ["says nothing", ""],
  ["says a little now and then, which keeps sockets from timing out", "220-wait\r\n"],
])("a server that %s is given up at the deadline", async (_, text) => {
  const mumbling = await startMumbling(text, 20);
  const before = Date.now();
  const { failure } = await sendLetters(smtpSpec(mumbling.port), letters, { password, deadlineMs: 400 });
  expect(Date.now() - before).toBeLessThan(5000);
  expect(failure).toMatchObject({ name: "ConnectError", code: "smtp-timeout" });
  await mumbling.close();
});

test("where nobody listens, the error says where that was", async () => {
  server = await startSmtpServer(certificate);
  await server.close();
  const { failure } = await sendLetters(spec(), letters, { password });
  expect(failure).toMatchObject({ code: "smtp-unreachable", concerns: `localhost:${server.port}` });
});
