import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { createTransport } from "nodemailer";
import { expect, test } from "vitest";
import { documentOf, letterTo, mail, runOf } from "../testing/mails.js";
import { alertLetters } from "./alert.js";
import type { Letter } from "./letter.js";
import { messageOf } from "./message.js";
import { resultLetters } from "./result.js";

/** A letter as it goes over the wire. */
async function render(letter: Letter) {
  const info = await createTransport({ streamTransport: true, buffer: true, newline: "windows" }).sendMail(
    messageOf(letter),
  );
  const raw = String(info.message);
  const [head = "", ...body] = raw.split("\r\n\r\n");
  const fields = head.split(/\r\n(?![ \t])/).map((field) => field.split(/: */s, 2));
  return {
    raw,
    head,
    body: body.join("\r\n\r\n"),
    names: fields.map(([name]) => name),
    fields,
    envelope: info.envelope,
  };
}

const allowed = [
  ...["Auto-Submitted", "Content-Language", "From", "To", "Subject", "Message-ID", "Content-Transfer-Encoding"],
  ...["Date", "MIME-Version", "Content-Type"],
].sort();
const urgent = ["X-Priority", "X-Msmail-Priority", "Importance"];

/** Text as an attacker would write it: line breaks of every kind, header names, colons, addresses. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom("\r\n", "\n", "\r", "\u2028", "\u0085", "\0", "\r\n\r\n", "\nBcc: x@evil.example", "\r\n.\r\n"),
      fc.constantFrom(
        "Bcc:",
        "<x@evil.example>",
        ",",
        ";",
        '"',
        "=?utf-8?Q?=0D=0ABcc:_x?=",
        "ü",
        "😀",
        "a".repeat(200),
      ),
      fc.string({ unit: "binary" }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(""));

test("no text from elsewhere can add a header or a recipient", async () => {
  await fc.assert(
    fc.asyncProperty(hostile, hostile, hostile, async (subject, name, text) => {
      const letter = letterTo("anna@coop.example", { subject: `x${subject}`, text, from: { ...mail.from, name } });
      const { names, envelope, fields } = await render(letter);
      expect([...names].sort()).toEqual(allowed);
      expect(envelope).toEqual({ from: "noreply@coop.example", to: ["anna@coop.example"] });
      expect(fields.find(([field]) => field === "To")?.[1]).toBe("anna@coop.example");
    }),
    { numRuns: 300 },
  );
});

test("what hosts say cannot get out of its line, in results and alerts", async () => {
  await fc.assert(
    fc.asyncProperty(hostile, hostile, async (message, stack) => {
      const run = runOf({ outcome: "broken", cause: { code: "x", message }, log: [message], irreversible: [message] });
      const document = documentOf({ stack, hosts: [{ host: "web1", state: "failed", run }] });
      for (const letter of [...alertLetters(document, mail, 1), ...resultLetters(document, mail, 1)]) {
        const { names } = await render(letter);
        expect([...names].sort()).toEqual([...allowed, ...(letter.isUrgent ? urgent : [])].sort());
        expect(letter.text.split("\n").filter((line) => line.startsWith("Bcc"))).toEqual([]);
      }
    }),
    { numRuns: 100 },
  );
});

test("no line is longer than mail servers take, and every one is plain ASCII", async () => {
  const long = `${"Straße ".repeat(300)}${"x".repeat(2000)}`;
  const { raw } = await render(letterTo("anna@coop.example", { subject: long, text: `${long}\n${long}` }));
  for (const line of raw.split("\r\n")) expect(line.length).toBeLessThanOrEqual(78);
  expect(raw).toMatch(/^[\x20-\x7e\r\n\t]*$/);
});

test("is plain text in UTF-8, dated now, written by a program, and named by its id", async () => {
  const letter = letterTo("anna@coop.example", { replyTo: "hilfe@coop.example" });
  const before = Math.floor(Date.now() / 1000) * 1000;
  const { head, body, fields } = await render(letter);
  const field = (name: string) => fields.find(([each]) => each === name)?.[1];
  expect(field("Content-Type")).toBe("text/plain; charset=utf-8");
  expect(body).toContain("Gr=C3=BC=C3=9Fe");
  expect(field("Message-ID")).toBe(`<${letter.id}>`);
  expect(field("Auto-Submitted")).toBe("auto-generated");
  expect(field("Content-Language")).toBe("de");
  expect(field("Reply-To")).toBe("hilfe@coop.example");
  expect(head).toMatch(/^From: =\?UTF-8\?Q\?Beispielgenossenschaft[^<]*<noreply@coop\.example>$/m);
  const date = /^Date: (.*)$/m.exec(head)?.[1] ?? "";
  expect(date).toMatch(/^\w{3}, \d{1,2} \w{3} \d{4} \d\d:\d\d:\d\d [+]0000$/);
  expect(Date.parse(date)).toBeGreaterThanOrEqual(before);
});

test("is sent by the version of the library that was chosen", () => {
  const { dependencies } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  expect(dependencies.nodemailer).toMatch(/^\d+\.\d+\.\d+$/);
});
