import type { Language } from "@allmende/model";

/** The language of whoever sits at the terminal, by the variables that every program goes by; English where they name another. */
export function localLanguage(environment: Readonly<Record<string, string | undefined>> = process.env): Language {
  const locale = environment["LC_ALL"] || environment["LC_MESSAGES"] || environment["LANG"] || "";
  return /^de([_.@-]|$)/i.test(locale) ? "de" : "en";
}
