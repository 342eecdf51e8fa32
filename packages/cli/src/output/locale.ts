import type { Language } from "@allmende/model";
import { Option } from "commander";

/** The language of whoever sits at the terminal, by the usual variables. */
export function localeLanguage(environment: NodeJS.ProcessEnv = process.env): Language {
  const locale = environment["LC_ALL"] || environment["LC_MESSAGES"] || environment["LANG"] || "";
  return /^de([_.@]|$)/i.test(locale) ? "de" : "en";
}

/** `--lang`, where members read: their locale's language unless they say another. */
export function localeOption(): Option {
  return new Option("--lang <language>", "language of the text (default: that of the locale)").choices(["de", "en"]);
}
