import { occurrencesOf, type PatchWindowInput, parseMail, parsePatchWindow } from "@allmende/model";
import { type Input, log, output } from "@pulumi/pulumi";
import type { PatchMailArgs } from "./patch-mail.js";

/** A calendar of blackouts that cannot be read: why, and what to do. */
export interface UnreadCalendar {
  readonly message: string;
  readonly nextStep: string;
}

/** Who is told of an opening, and under which name. */
export interface LostOpeningMail {
  readonly stack: Input<string>;
  /** Undefined: nobody is told. */
  readonly mail: (PatchMailArgs & { readonly sentLog: Input<string> }) | undefined;
}

/** One after the other: windows share the file that says what was sent. */
let latest: Promise<void> = Promise.resolve();

/**
 * Tells hostmasters once, as `allmende patch run` does, when a window would be open at an instant and stays closed, since a calendar of its blackouts cannot be
 * read. Rejects never: a mail that is not taken is a warning.
 */
export function tellLostOpening(
  input: PatchWindowInput,
  texts: Readonly<Record<string, string>>,
  unread: UnreadCalendar,
  told: LostOpeningMail,
  nowMs: number,
): Promise<void> {
  latest = latest
    .then(async () => await tell(input, texts, unread, told, nowMs))
    .catch((error: Error) => warn([error.message]));
  return latest;
}

async function tell(
  input: PatchWindowInput,
  texts: Readonly<Record<string, string>>,
  { message, nextStep }: UnreadCalendar,
  { stack, mail }: LostOpeningMail,
  nowMs: number,
): Promise<void> {
  const parsed = parsePatchWindow(input, (name) => texts[name]);
  const lost = parsed.ok
    ? occurrencesOf(parsed.value, nowMs, nowMs + 1).find(({ blackout }) => blackout?.isUnknown)
    : undefined;
  if (lost === undefined || mail === undefined) return;
  const { lostOpeningLetters, tellOnce } = await import("@allmende/patching");
  const { sentLog, smtp, ...rest } = mail;
  const { password, ...server } = smtp;
  // The rules of mail.yaml know a password by the name that it has in the configuration.
  const named = password === undefined ? {} : { password: { config: "password" } };
  const spec = parseMail({ ...rest, smtp: { ...server, ...named } });
  if (!spec.ok) return; // Said by the runs themselves, which are declared with it.
  const route = { spec: spec.value, password: await known(password), sentLog: await known(sentLog) };
  const opening = { stack: await known(stack), window: input.name, occurrence: lost.id, why: message, nextStep };
  const { sent, problems } = await tellOnce(route, (known) => lostOpeningLetters(opening, known, nowMs));
  if (sent !== undefined) await log.info(`${lost.id}: ${sent}`);
  if (problems.length > 0) warn([`Hostmasters were not told by e-mail that ${lost.id} is lost:`, ...problems]);
}

function warn(lines: readonly string[]): void {
  void log.warn(lines.join("\n"));
}

/** Outside of outputs, so that no text of a calendar becomes a secret because a password is one. */
function known<T>(value: Input<T>): Promise<T> {
  return new Promise((resolve) => output(value).apply((it) => resolve(it as T)));
}
