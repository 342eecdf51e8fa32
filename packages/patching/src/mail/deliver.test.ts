import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { letterTo } from "../testing/mails.js";
import {
  makeCertificate,
  smtpSpec,
  startSmtpServer,
  type TestCertificate,
  type TestSmtpServer,
  testLogin,
} from "../testing/smtp.js";
import { deliver } from "./deliver.js";
import { SentLog } from "./sent-log.js";

let certificate: TestCertificate;
let server: TestSmtpServer;
let folder: string;
const letters = ["anna@coop.example", "bert@coop.example"].map((to) => letterTo(to));
const password = async () => testLogin.password;
const path = () => join(folder, ".state", "mail-prod.jsonl");
/** What a process that begins now knows. */
const log = () => new SentLog(path());
const spec = () => smtpSpec(server.port, { ca: certificate.ca });
const statesOf = ({ deliveries }: Awaited<ReturnType<typeof deliver>>) =>
  deliveries.map(({ state, isRepeated }) => (isRepeated ? `${state}, again` : state));

beforeAll(() => {
  certificate = makeCertificate();
});
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "allmende-sent-"));
  server = await startSmtpServer(certificate);
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

test("each mail is sent once, and the second time nobody is asked for anything", async () => {
  expect(statesOf(await deliver(letters, spec(), log(), { password }))).toEqual(["sent", "sent"]);
  await server.close();
  const asked = async () => await Promise.reject(new Error("nobody asks for the password"));
  expect(statesOf(await deliver(letters, spec(), log(), { password: asked }))).toEqual([
    "already-sent",
    "already-sent",
  ]);
  expect(server.mails).toHaveLength(2);
  expect(statSync(path()).mode & 0o777).toBe(0o600);
});

test("a mail of which it is not known how it ended is sent again: twice is better than never", async () => {
  const [anna, bert] = letters;
  if (anna === undefined || bert === undefined) throw new Error("two letters");
  log().note(anna, "begun");
  expect(statesOf(await deliver(letters, spec(), log(), { password }))).toEqual(["sent, again", "sent"]);
  expect(statesOf(await deliver(letters, spec(), log(), { password }))).toEqual(["already-sent", "already-sent"]);
});

test("a mail that the server dropped in the middle for good is sent by the next delivery", async () => {
  await server.close();
  server = await startSmtpServer(certificate, { onMail: (_, socket) => socket()?.destroy() });
  const failed = await deliver(letters, spec(), log(), { password });
  expect(statesOf(failed)).toEqual(["not-sent", "not-sent"]);
  expect(failed.failure?.code).toBe("smtp-unreachable");
  await server.close();
  server = await startSmtpServer(certificate);
  expect(statesOf(await deliver(letters, spec(), log(), { password }))).toEqual(["sent, again", "sent"]);
});

test("what was refused, or never came as far as a mail, is tried anew and is no repetition", async () => {
  const nobody = letterTo("nobody@coop.example");
  expect(statesOf(await deliver([nobody], spec(), log(), { password }))).toEqual(["refused"]);
  expect(statesOf(await deliver([nobody], spec(), log(), { password }))).toEqual(["refused"]);
  const wrong = await deliver(letters, spec(), log(), { password: async () => "wrong" });
  expect([statesOf(wrong), wrong.failure?.code]).toEqual([["not-sent", "not-sent"], "smtp-login-refused"]);
  expect(statesOf(await deliver(letters, spec(), log(), { password }))).toEqual(["sent", "sent"]);
});

test("a line that a power cut left half written costs that line alone", async () => {
  await deliver(letters.slice(0, 1), spec(), log(), { password });
  appendFileSync(path(), '{"id":"notice.bert.coop.example@coop.exam');
  expect(statesOf(await deliver(letters, spec(), log(), { password }))).toEqual(["already-sent", "sent"]);
  expect(statesOf(await deliver(letters, spec(), log(), { password }))).toEqual(["already-sent", "already-sent"]);
});

test("what nobody asks for any more is dropped from the file", () => {
  const [anna, bert] = letters;
  if (anna === undefined || bert === undefined) throw new Error("two letters");
  log().note({ ...anna, untilMs: Date.now() - 1 }, "sent");
  log().note(bert, "sent");
  const { stateOf } = { stateOf: (letter: typeof anna) => log().stateOf(letter) };
  expect([stateOf(anna), stateOf(bert)]).toEqual([undefined, "sent"]);
  expect(readFileSync(path(), "utf8").trim().split("\n")).toHaveLength(1);
});

test("what a mail tells beside is told once it is sent, and not before", async () => {
  const [anna] = letters;
  if (anna === undefined) throw new Error("no letter");
  const also = [{ id: "notice.later@coop.example", untilMs: Date.now() + 86_400_000 }];
  log().note({ ...anna, also }, "begun");
  expect(log().stateOf({ id: "notice.later@coop.example" })).toBeUndefined();
  log().note({ ...anna, also }, "sent");
  expect(log().stateOf({ id: "notice.later@coop.example" })).toBe("sent");
  // Its own line is dropped by then.
  const afterAnna = new SentLog(path(), anna.untilMs + 1);
  expect(afterAnna.stateOf(anna)).toBeUndefined();
});
