import { type AllmendeError, renderCount } from "@allmende/model";
import type { DeliveryResult } from "@allmende/patching";
import type { Context } from "../context.js";
import { describeError, renderError } from "../output/errors.js";
import { renderTable } from "../output/table.js";
import { describeUnread } from "../windows/calendar-feeds.js";
import { renderWallOf } from "../windows/wall-time.js";
import type { Notice, NotifyReport } from "./notify.js";

const words: Readonly<Record<Notice["state"], string>> = {
  due: "due",
  sent: "sent",
  "already-sent": "sent before",
  refused: "refused",
  "not-sent": "not sent",
  "no-address": "no e-mail address",
};

/** A line per notice; with `texts`, then each mail that is due as it would go out. */
export function renderNotices({ notices, failure }: NotifyReport, context: Context, texts: boolean): string {
  if (notices.length === 0) return "no notice is due\n";
  const { style } = context;
  const rows = notices.map(({ opensAt, occurrence, later, window, member, letter, state, isRepeated, error }) => [
    `${renderWallOf(opensAt, occurrence)}${later.length === 0 ? "" : `, ${later.length} more within a week`}`,
    ...[window, member, letter?.to ?? ""],
    `${words[state]}${isRepeated ? " (again: how the attempt before ended is not known)" : ""}${error === undefined ? "" : `: ${error.message}`}`,
  ]);
  const table = renderTable(["OPENS", "WINDOW", "MEMBER", "TO", "NOTICE"], rows, { style, right: [] });
  const due = notices.flatMap(({ state, letter }) => (state === "due" && letter !== undefined ? [letter] : []));
  const mails = texts ? due.map(({ to, subject, text }) => `\nTo: ${to}\nSubject: ${subject}\n\n${text}\n`) : [];
  return `${table}${mails.join("")}${failure === undefined ? "" : renderFailure(failure, context)}`;
}

/** One line when results were mailed, more when they were not. */
export function renderResultMail({ deliveries, failure }: DeliveryResult, context: Context): string {
  const sent = deliveries.filter(({ state }) => state === "sent").length;
  const lines = sent === 0 ? "" : `${renderCount(sent, "mail")} to hostmasters\n`;
  const refused = deliveries.flatMap(({ error, letter }) =>
    error === undefined ? [] : [renderFailure(error, context, letter.to)],
  );
  return `${lines}${refused.join("")}${failure === undefined ? "" : renderFailure(failure, context)}`;
}

export function describeNotices({ notices, unread, failure }: NotifyReport): object {
  return {
    notices: notices.map(({ letter, error, ...notice }) => ({
      ...notice,
      ...(letter && { to: letter.to, language: letter.language, messageId: letter.id, subject: letter.subject }),
      ...(letter && { text: letter.text }),
      ...(error && { error: describeError(error) }),
    })),
    unread: describeUnread({ unread }),
    ...(failure && { failure: describeError(failure) }),
  };
}

export function describeResultMail({ deliveries, failure }: DeliveryResult): object {
  return {
    mails: deliveries.map(({ letter: { to, subject, id }, state, error }) => ({
      ...{ to, subject, messageId: id, state },
      ...(error && { error: describeError(error) }),
    })),
    ...(failure && { failure: describeError(failure) }),
  };
}

/** Whether everything that was to be sent was taken. */
export function isDelivered({ deliveries, failure }: DeliveryResult): boolean {
  return failure === undefined && deliveries.every(({ state }) => state === "sent" || state === "already-sent");
}

function renderFailure(error: AllmendeError, { terminal, debug }: Context, subject?: string): string {
  return renderError(error, { colors: terminal.colors, debug, ...(subject !== undefined && { subject }) });
}
