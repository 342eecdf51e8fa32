import { type Finding, type Parsed, parsedUnless, parseMail } from "@allmende/model";
import type { MailRoute } from "@allmende/patching";
import { isMap, type PropertyMap, type PropertyValue } from "../wire/values.js";

/** `mail`: the words of mail.yaml, with the password itself, and `sentLog`. All findings at once, none with a value in it. */
export function parseRunMail(input: PropertyValue | undefined): Parsed<MailRoute | undefined> {
  if (input === undefined) return { ok: true, value: undefined };
  if (!isMap(input)) return { ok: false, findings: [{ path: [], message: "must be an object" }] };
  const { sentLog, ...words } = input;
  const { smtp } = words;
  const { password, ...server } = isMap(smtp) ? smtp : ({} as PropertyMap);
  // The rules of mail.yaml know a password by the name that it has in the configuration.
  const named = password === undefined ? {} : { password: { config: "password" } };
  const mail = parseMail(isMap(smtp) ? { ...words, smtp: { ...server, ...named } } : words);
  const findings: Finding[] = [
    ...(mail.ok ? [] : mail.findings),
    ...(typeof sentLog === "string" && sentLog.startsWith("/")
      ? []
      : [{ path: ["sentLog"], message: "must be an absolute path of a file" }]),
    // It names no property: the engine would print its value.
    ...(password === undefined || (typeof password === "string" && password !== "")
      ? []
      : [{ path: [], message: "has a password under smtp that is no text" }]),
  ];
  return parsedUnless(findings, () => {
    if (!mail.ok) throw new Error("Findings of the mail were not reported.");
    return { spec: mail.value, password: password as string | undefined, sentLog: String(sentLog) };
  });
}
