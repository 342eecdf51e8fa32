import type { MailSpec } from "@allmende/model";
import type { HostRun } from "../host-run.js";
import type { Letter } from "../mail/letter.js";
import type { RunDocument } from "../mail/run-summary.js";
import { smtpSpec } from "./smtp.js";

export const mail: MailSpec = {
  from: { name: "Beispielgenossenschaft Größe eG", address: "noreply@coop.example" },
  questions: "hilfe@coop.example",
  hostmasters: ["one@coop.example", "two@coop.example"],
  language: "de",
  smtp: smtpSpec(587),
};

export function letterTo(to: string, changes: Partial<Letter> = {}): Letter {
  const untilMs = Date.now() + 86_400_000;
  const common = { from: mail.from, subject: "Prüfung", text: "Grüße\n", language: "de" as const, isUrgent: false };
  return { id: `notice.${to.replace("@", ".")}@coop.example`, to, ...common, untilMs, ...changes };
}

export function runOf(changes: Partial<HostRun> = {}): HostRun {
  return {
    ...{ stack: "coop.prod", occurrence: "nightly/2026-11-24T02:00[Europe/Berlin]", owner: "ci@runner" },
    ...{ startedAt: "2026-11-24T01:00:00.000Z", outcome: "done", checks: [], upgraded: [], keptFiles: [] },
    ...{ restarted: [], reboot: { state: "not-needed" }, proof: [], irreversible: [], log: [], phases: [] },
    ...changes,
  };
}

export function documentOf(changes: Partial<RunDocument> = {}): RunDocument {
  const occurrence = "nightly/2026-11-24T02:00[Europe/Berlin]";
  return { stack: "coop.prod", window: "nightly", occurrence, hosts: [], ...changes };
}
