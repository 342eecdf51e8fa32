import type { RequestedInventory } from "@allmende/requests";
import { askAddress, askingIn, type DialogueOptions } from "./dialogue.js";

const flags = ["interrupted", "outsideService", "ours", "done"];
const yesOrNo: Readonly<Record<string, boolean>> = { true: true, yes: true, ja: true, false: false, no: false };

/**
 * Keys of a request of work from `--set NAME=VALUE`. `kind` and `reason` say what it is and why the rules are wrong about it; whoever asks
 * decides that. What a key refuses stays as it is, and is refused with everything else.
 */
export function workKeys(set: Readonly<Record<string, string>>, askedBy: string): Record<string, unknown> {
  const { kind: is, reason, ...rest } = set;
  const keys = Object.entries(rest).map(([name, text]) => [
    name,
    flags.includes(name) ? (yesOrNo[text.toLowerCase()] ?? text) : text,
  ]);
  const kind = is === undefined && reason === undefined ? {} : { kind: { is, reason, by: askedBy } };
  return { ...Object.fromEntries(keys), ...kind };
}

/** What a request of work has at least. */
export interface WorkAnswers {
  readonly title: string | undefined;
  readonly member: string | undefined;
  readonly askedBy: string | undefined;
}

/** Asks on the terminal for what is missing. Rejects when interrupted. */
export async function askForWork(
  known: WorkAnswers,
  inventory: RequestedInventory,
  { language, signal }: Pick<DialogueOptions, "language" | "signal">,
): Promise<WorkAnswers> {
  const asking = askingIn(language, signal);
  const { texts, ask, choose } = asking;
  const members = inventory.members.map(({ name }) => ({ value: name, name }));
  const title = known.title ?? (await ask(texts.work, (text) => text !== "" || texts.required));
  const member = known.member ?? (await choose(texts.member, members));
  return { title, member, askedBy: known.askedBy ?? (await askAddress(asking, inventory, member)) };
}
