import { describeHeldKernel, releaseStep } from "../held-kernel.js";
import type { MailTexts } from "./texts.js";

const hosts = (count: number) => (count === 1 ? "1 host" : `${count} hosts`);

/** English. */
export const english: MailTexts = {
  date: ({ weekday, day, month, year }) => `${weekday}, ${day} ${month} ${year}`,
  greeting: (name) => `Hello ${name},`,
  noticeSubject: ({ begin, shortEnd, zone }) => `Patch window: ${begin} to ${shortEnd} (${zone})`,
  noticeIntroduction: "in this patch window, hosts are updated on which services of yours run:",
  subjectOfMany: ({ begin, zone }, count) => `Patch window: ${count} times from ${begin} on (${zone})`,
  noticeOfMany: (zone) =>
    `in these patch windows, hosts are updated on which services of yours run (times in ${zone}):`,
  opening: ({ begin, shortEnd, beginOffset }) => `${begin} to ${shortEnd} (${beginOffset})`,
  nextNotice: "The next mail comes before a window opens that is not in this one.",
  begin: ({ begin, zone, beginOffset }) => `Begin: ${begin} (${zone}, ${beginOffset})`,
  end: ({ end, zone, endOffset }) => `End:   ${end} (${zone}, ${endOffset})`,
  whatMayHappen: "What may happen:",
  updates: {
    security: "Security updates of the operating system are installed.",
    all: "All available updates of the operating system are installed.",
  },
  serviceRestarts: "Services are restarted where an update needs it; they are then out of reach for a moment.",
  reboot: {
    never: "The hosts themselves are not rebooted.",
    "if-needed": "A host is rebooted if it is needed; all services on it are then out of reach for some minutes.",
  },
  nothingToDo: "There is nothing that you have to do.",
  questions: (address) => `Questions? Answer this mail, or write to ${address}.`,
  resultHeadline: ({ window, hostCount, doneCount, failedCount, notBegunCount }) =>
    [
      `${window}: ${doneCount} of ${hosts(hostCount)} done`,
      ...(failedCount > 0 ? [`${failedCount} failed`] : []),
      ...(notBegunCount > 0 ? [`${notBegunCount} not begun`] : []),
    ].join(", "),
  alertHeadline: (reasons) => `ALERT: ${reasons.map((reason) => alertWords[reason.kind](reason.host)).join("; ")}`,
  alertReason: ({ kind, host, message }) => `${alertWords[kind](host)}${message === "" ? "" : `: ${message}`}`,
  alertNext: "What holds the hosts right now, and what happened last: allmende patch status",
  closedHeadline: "ALERT: not opened, its calendar of blackouts cannot be read",
  closedCause: (text) => `Because: ${text}`,
  closedStep: (text) => `Next: ${text}`,
  closedNext: "While the window lasts, allmende patch run makes up for the run once the calendar can be read.",
  run: (occurrence, stack) => `Patch run ${occurrence} of the stack ${stack}.`,
  snapshot: (id) => `Level of all hosts: apt's snapshot ${id}.`,
  emergency: (by, reason) => `Emergency run, decided by ${by}: ${reason}`,
  stopped: (reason) => {
    switch (reason.kind) {
      case "canary":
        return `Halted: ${reason.hosts.join(", ")} went first and failed.`;
      case "threshold":
        return `Halted: ${hosts(reason.failedCount)} failed, ${reason.toleratedCount} tolerated.`;
      case "closed":
        return "Ended: the time in which hosts may begin is over in this window.";
      case "interrupted":
        return "Ended: the run was interrupted.";
    }
  },
  outcome: {
    done: "done",
    refused: "not begun, because a check failed; nothing was changed",
    "rolled-back": "failed; the previous versions are back and proven",
    broken: "failed, and so did the way back",
    unfinished: "cut off; the same run again goes on",
  },
  notBegun: "not begun",
  noReport: "failed, without a report from the host",
  packages: (count) => (count === 1 ? "1 package" : `${count} packages`),
  restarts: (count) => (count === 1 ? "1 service restarted" : `${count} services restarted`),
  rebooted: "host rebooted",
  rebootDeferred: (reason) => `Reboot deferred: ${reason}`,
  cause: (text) => `Because: ${text}`,
  nextStep: (text) => `Next: ${text}`,
  keptFile: (path, offered) => `Kept: ${path} (the package's own: ${offered})`,
  note: (text) => `Note: ${text}`,
  heldKernel: (held) => `Held: ${describeHeldKernel(held)} (${releaseStep})`,
  irreversible: (text) => `Cannot be taken back: ${text}`,
};

const alertWords = {
  halted: () => "run halted",
  lock: (host: string) => `${host}: lock left behind`,
  "not-back": (host: string) => `${host} has not come back`,
  broken: (host: string) => `${host} failed, and so did the way back`,
};
