import type { Language } from "@allmende/model";
import type { RequestedInventory } from "@allmende/requests";

/** The language of whoever sits at the terminal, by the variables that every program goes by; English where they name another. */
export function localLanguage(environment: Readonly<Record<string, string | undefined>> = process.env): Language {
  const locale = environment["LC_ALL"] || environment["LC_MESSAGES"] || environment["LANG"] || "";
  return /^de([_.@-]|$)/i.test(locale) ? "de" : "en";
}

/** The language of mails to a member; English where nobody says one. */
export function languageOf(member: string, { members, mail }: Pick<RequestedInventory, "members" | "mail">): Language {
  return members.find(({ name }) => name === member)?.language ?? mail?.language ?? "en";
}
