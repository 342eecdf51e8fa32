import type { Language, MailSpec, MemberSpec } from "@allmende/model";
import type { DueNotice } from "./due-notices.js";
import { type Letter, messageIdOf, oneLine, renderText, signature } from "./letter.js";
import { type MailTexts, mailTexts, type WindowTimes } from "./texts.js";

/** Tells a member of an occurrence of a window: when, which hosts and services of theirs, what may happen, how to ask. */
export function noticeLetter(notice: DueNotice, to: string, stack: string, mail: MailSpec): Letter {
  const { window, occurrence, member, hosts } = notice;
  const language = languageOf(member, mail);
  const texts = mailTexts[language];
  const times = windowTimes(notice, language);
  const text = renderText([
    texts.greeting(member.name),
    "",
    texts.noticeIntroduction,
    "",
    `  ${texts.begin(times)}`,
    `  ${texts.end(times)}`,
    "",
    ...hosts.map(({ host, services }) => `  ${host}: ${services.join(", ")}`),
    "",
    texts.whatMayHappen,
    `- ${texts.updates[window.updates]}`,
    `- ${texts.serviceRestarts}`,
    `- ${texts.reboot[window.reboot]}`,
    "",
    texts.nothingToDo,
    texts.questions(mail.questions),
    "",
    ...signature(mail),
  ]);
  return {
    // Not of the text: another service or reworded policy makes no other notice.
    id: messageIdOf("notice", [stack, occurrence.id, member.name], mail),
    to,
    from: mail.from,
    replyTo: mail.questions,
    subject: oneLine(texts.noticeSubject(times)),
    text,
    language,
    isUrgent: false,
    untilMs: occurrence.endMs,
  };
}

function languageOf(member: MemberSpec, mail: MailSpec): Language {
  return member.language ?? mail.language;
}

function windowTimes({ window: { zone }, occurrence }: DueNotice, language: Language): WindowTimes {
  const begin = wallPartsOf(occurrence.startMs, zone, language);
  const end = wallPartsOf(occurrence.endMs, zone, language);
  const fullEnd = `${end.date}, ${end.time}`;
  return {
    begin: `${begin.date}, ${begin.time}`,
    end: fullEnd,
    shortEnd: begin.date === end.date ? end.time : fullEnd,
    zone,
    beginOffset: begin.offset,
    endOffset: end.offset,
  };
}

/** What clocks and calendars in a zone show, in words. Put together here: how Intl joins its parts changes with its data. */
function wallPartsOf(instantMs: number, timeZone: string, language: Language) {
  const format = new Intl.DateTimeFormat(language === "en" ? "en-GB" : "de-DE", {
    timeZone,
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZoneName: "shortOffset",
  });
  const parts = new Map(format.formatToParts(instantMs).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? "";
  const texts: MailTexts = mailTexts[language];
  return {
    date: texts.date({ weekday: part("weekday"), day: part("day"), month: part("month"), year: part("year") }),
    time: `${part("hour")}:${part("minute")}`,
    offset: part("timeZoneName"),
  };
}
