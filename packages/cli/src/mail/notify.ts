import { type AllmendeError, type Occurrence, UserError } from "@allmende/model";
import { type Delivery, type DueNotice, dueNotices, type Letter, noticeId, noticeLetter } from "@allmende/patching";
import type { HeldRequest } from "@allmende/requests";
import type { Context } from "../context.js";
import { stackKey } from "../patch/planned-run.js";
import type { StackFolder } from "../stack/folder.js";
import { readStackInventory } from "../stack/stack-inventory.js";
import { readCalendars, type WithUnread } from "../windows/calendar-feeds.js";
import { openSentLog, post } from "./post.js";

/** What becomes of one notice. `due`: it would be sent; `no-address`: the member has no `email`. */
export interface Notice {
  readonly member: string;
  readonly window: string;
  readonly occurrence: string;
  readonly opensAt: string;
  /** Openings after it of which the same mail tells. */
  readonly later: readonly Pick<Notice, "occurrence" | "opensAt">[];
  readonly state: Delivery["state"] | "due" | "no-address";
  readonly letter?: Letter | undefined;
  /** An earlier attempt ended unknown: it may come twice. */
  readonly isRepeated?: boolean | undefined;
  readonly error?: AllmendeError | undefined;
}

export interface NotifyReport extends WithUnread {
  readonly notices: readonly Notice[];
  /** Requests that wait: their services are told of no window. */
  readonly held: readonly HeldRequest[];
  /** Why it ended early. */
  readonly failure?: AllmendeError | undefined;
}

/** Sends every notice that is due, each once; with `dryRun`, only says which. Throws UserError `no-mail`, `bad-inventory`, `no-config-value`. */
export async function notifyMembers(
  context: Context,
  folder: StackFolder,
  { dryRun = false }: { readonly dryRun?: boolean | undefined },
  nowMs = Date.now(),
): Promise<NotifyReport> {
  const declared = await readStackInventory(folder);
  const mail = declared?.mail;
  if (declared === undefined || mail === undefined) {
    throw new UserError("it is not declared who sends e-mail, and over which server", {
      code: "no-mail",
      concerns: folder.directory,
      nextStep: "write inventory/mail.yaml: `allmende schema mail` shows its keys",
    });
  }
  const inventory = await readCalendars(context, folder.directory, declared, { stack: folder.stack });
  const waiting = { unread: inventory.unread, held: declared.held };
  const log = openSentLog(folder, nowMs);
  const stack = stackKey(folder);
  const due = dueNotices(inventory, nowMs, (occurrence, member) => {
    return log.stateOf({ id: noticeId(occurrence, member, stack, mail) }) === "sent";
  });
  const letters = new Map(
    due.flatMap((notice): [DueNotice, Letter][] => {
      const { email } = notice.member;
      return email === undefined ? [] : [[notice, noticeLetter(notice, email, stack, mail)]];
    }),
  );
  if (dryRun) {
    return {
      ...waiting,
      notices: due.map((notice) => {
        const letter = letters.get(notice);
        if (letter === undefined) return describe(notice, { state: "no-address" });
        const state = log.stateOf(letter);
        return describe(notice, {
          letter,
          state: state === "sent" ? "already-sent" : "due",
          isRepeated: state === "begun",
        });
      }),
    };
  }
  const { deliveries, failure } = await post(context, folder, mail, [...letters.values()], nowMs);
  const byLetter = new Map(deliveries.map((delivery) => [delivery.letter, delivery]));
  return {
    ...waiting,
    notices: due.map((notice) => {
      const letter = letters.get(notice);
      return describe(notice, (letter && byLetter.get(letter)) ?? { state: "no-address" });
    }),
    ...(failure && { failure }),
  };
}

function describe(
  { member, occurrence, later }: DueNotice,
  rest: Pick<Notice, "state" | "letter" | "isRepeated" | "error">,
): Notice {
  const { window } = occurrence;
  return { member: member.name, window, ...openingOf(occurrence), later: later.map(openingOf), ...rest };
}

function openingOf({ id, startMs }: Occurrence): Pick<Notice, "occurrence" | "opensAt"> {
  return { occurrence: id, opensAt: new Date(startMs).toISOString() };
}
