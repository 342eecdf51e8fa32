import type { MailSpec } from "@allmende/model";
import type { HostResult } from "../run-waves.js";
import { hostmasterLetters } from "./hostmaster-letters.js";
import { type Letter, oneLine, renderText, signature } from "./letter.js";
import { type RunDocument, summaryOf } from "./run-summary.js";
import { type MailTexts, mailTexts } from "./texts.js";

/** The end of what failed on a host; its report has more. */
const mostLogLines = 20;

/** How a run ended, to each hostmaster: the subject is the first line of the text. Sent until `untilMs`. */
export function resultLetters(document: RunDocument, mail: MailSpec, untilMs: number): Letter[] {
  const texts = mailTexts[mail.language];
  const { stack, occurrence, hosts, stopped } = document;
  const headline = oneLine(`[${stack}] ${texts.resultHeadline(summaryOf(document))}`);
  const emergency = hosts.flatMap((host) => ("run" in host && host.run.emergency ? [host.run.emergency] : []))[0];
  const snapshot = hosts.flatMap((host) => ("run" in host && host.run.snapshot ? [host.run.snapshot] : []))[0];
  const text = renderText([
    headline,
    "",
    texts.run(occurrence, stack),
    ...(snapshot === undefined ? [] : [texts.snapshot(oneLine(snapshot))]),
    ...(emergency === undefined ? [] : [texts.emergency(oneLine(emergency.by), oneLine(emergency.reason))]),
    ...(stopped === undefined ? [] : [texts.stopped(stopped)]),
    "",
    ...hosts.flatMap((host) => renderHost(host, texts)),
    "",
    ...signature(mail),
  ]);
  const said = { stack, occurrence, subject: headline, text, isByText: true, isUrgent: false, untilMs };
  return hostmasterLetters("result", said, mail);
}

function renderHost(result: HostResult, texts: MailTexts): string[] {
  const { host } = result;
  if (result.state === "not-begun") return [`${host}: ${texts.notBegun}`];
  if ("error" in result) {
    const { message, nextStep } = result.error as Error & { readonly nextStep?: string | undefined };
    const next = nextStep === undefined ? [] : [texts.nextStep(oneLine(nextStep))];
    return [`${host}: ${texts.noReport}`, ...[texts.cause(oneLine(message)), ...next].map((line) => `  ${line}`)];
  }
  const {
    outcome,
    upgraded,
    restarted,
    reboot,
    cause,
    keptFiles,
    checks,
    irreversible,
    log,
    heldKernels = [],
  } = result.run;
  const facts = [
    texts.outcome[outcome],
    texts.packages(upgraded.length),
    ...(restarted.length > 0 ? [texts.restarts(restarted.length)] : []),
    ...(reboot.state === "done" ? [texts.rebooted] : []),
  ];
  const details = [
    ...(cause === undefined ? [] : [texts.cause(cause.message)]),
    ...heldKernels.map((held) => texts.heldKernel(held)),
    ...(reboot.state === "deferred" ? [texts.rebootDeferred(reboot.reason ?? "")] : []),
    ...keptFiles.map(({ path, offered }) => texts.keptFile(path, offered)),
    ...checks.filter(({ state }) => state === "warn").map((check) => texts.note(check.text)),
    ...irreversible.map((text) => texts.irreversible(text)),
    ...(result.state === "done" ? [] : log.slice(-mostLogLines).map((line) => `| ${line}`)),
  ];
  return [`${host}: ${facts.join(", ")}`, ...details.map((line) => `  ${oneLine(line)}`)];
}
