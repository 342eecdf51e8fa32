import { wallTimesOf } from "@allmende/model";
import { type Announcement, blackoutText, type Language } from "@allmende/patching";
import type { Styles } from "../output/style.js";
import { renderTable } from "../output/table.js";

const words = {
  en: {
    columns: ["OPENS", "CLOSES", "ZONE", "WINDOW", "UPDATES", "HOSTS", ""],
    none: (days: number) => `no window opens in the next ${days === 1 ? "24 hours" : `${days} days`}`,
  },
  de: {
    columns: ["ÖFFNET", "SCHLIESST", "ZONE", "FENSTER", "UPDATES", "HOSTS", ""],
    none: (days: number) => `in den nächsten ${days === 1 ? "24 Stunden" : `${days} Tagen`} öffnet kein Fenster`,
  },
} as const;

/** What opens when, in wall time; blacked out occurrences are there, and marked. */
export function renderWindowsTable(
  announcements: readonly Announcement[],
  options: { readonly lang: Language; readonly days: number; readonly style: Styles },
): string {
  const { lang, days, style } = options;
  if (announcements.length === 0) return `${words[lang].none(days)}\n`;
  const rows = announcements.map(({ window, hosts, occurrence }) => {
    const { start, end } = wallTimesOf(window, occurrence);
    const { blackout } = occurrence;
    const cells = [
      `${weekday(occurrence.startMs, window.zone, lang)} ${start.replace("T", " ")}`,
      end.slice(0, 10) === start.slice(0, 10) ? end.slice(11) : end.replace("T", " "),
      window.zone,
      window.name,
      window.updates,
      hosts.join(", "),
    ];
    if (blackout === undefined) return [...cells, ""];
    return [...cells.map(style.dim), style.yellow(blackoutText(blackout, lang))];
  });
  return renderTable(words[lang].columns, rows, { style });
}

function weekday(instant: number, timeZone: string, language: Language): string {
  return new Intl.DateTimeFormat(language, { weekday: "short", timeZone }).format(instant);
}
