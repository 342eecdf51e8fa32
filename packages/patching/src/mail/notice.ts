import type { Language, MailSpec, MemberSpec, Occurrence, PatchWindowSpec } from "@allmende/model";
import type { DueNotice } from "./due-notices.js";
import { type Letter, messageIdOf, oneLine, renderText, signature } from "./letter.js";
import { type MailTexts, mailTexts, type WindowTimes } from "./texts.js";

/** The Message-ID of what tells a member of an opening. Not of the text: another service or reworded policy makes no other notice. */
export function noticeId(
  occurrence: Occurrence,
  member: MemberSpec,
  stack: string,
  mail: Pick<MailSpec, "from">,
): string {
  return messageIdOf("notice", [stack, occurrence.id, member.name], mail);
}

/** Tells a member of the openings of a window that are near: when, which hosts and services of theirs, what may happen, how to ask. */
export function noticeLetter(notice: DueNotice, to: string, stack: string, mail: MailSpec): Letter {
  const { window, occurrence, later, member, hosts } = notice;
  const language = languageOf(member, mail);
  const texts = mailTexts[language];
  const times = windowTimes(window, occurrence, language);
  const all = [times, ...later.map((each) => windowTimes(window, each, language))];
  const openings =
    later.length === 0
      ? [texts.noticeIntroduction, "", `  ${texts.begin(times)}`, `  ${texts.end(times)}`]
      : [texts.noticeOfMany(window.zone), "", ...all.map((each) => `  ${texts.opening(each)}`)];
  const text = renderText([
    texts.greeting(member.name),
    "",
    ...openings,
    "",
    ...hosts.map(({ host, services }) => `  ${host}: ${services.join(", ")}`),
    "",
    texts.whatMayHappen,
    `- ${texts.updates[window.updates]}`,
    `- ${texts.serviceRestarts}`,
    `- ${texts.reboot[window.reboot]}`,
    "",
    texts.nothingToDo,
    ...(later.length === 0 ? [] : [texts.nextNotice]),
    texts.questions(mail.questions),
    "",
    ...signature(mail),
  ]);
  return {
    id: noticeId(occurrence, member, stack, mail),
    to,
    from: mail.from,
    replyTo: mail.questions,
    subject: oneLine(later.length === 0 ? texts.noticeSubject(times) : texts.subjectOfMany(times, all.length)),
    text,
    language,
    isUrgent: false,
    untilMs: occurrence.endMs,
    also: later.map((each) => ({ id: noticeId(each, member, stack, mail), untilMs: each.endMs })),
  };
}

function languageOf(member: MemberSpec, mail: MailSpec): Language {
  return member.language ?? mail.language;
}

function windowTimes({ zone }: PatchWindowSpec, occurrence: Occurrence, language: Language): WindowTimes {
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
