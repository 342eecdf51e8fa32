import { join } from "node:path";
import type { MailSpec } from "@allmende/model";
import { type DeliveryResult, deliver, type Letter, SentLog } from "@allmende/patching";
import type { Context } from "../context.js";
import { readConfigValue } from "../stack/config-secret.js";
import { stateDirectory } from "../stack/environment.js";
import type { StackFolder } from "../stack/folder.js";

/** Sends what was not sent before from this folder; which that is stands in `.state/mail-STACK.jsonl`. */
export async function post(
  context: Pick<Context, "signal">,
  folder: StackFolder,
  mail: MailSpec,
  letters: readonly Letter[],
  nowMs = Date.now(),
): Promise<DeliveryResult> {
  const log = openSentLog(folder, nowMs);
  const password = async (name: string) => await readConfigValue(folder, name);
  return await deliver(letters, mail.smtp, log, { signal: context.signal, password });
}

export function openSentLog(folder: StackFolder, nowMs: number): SentLog {
  return new SentLog(join(stateDirectory(folder), `mail-${folder.stack}.jsonl`), nowMs);
}
