import { wallTimesOf } from "@allmende/model";
import { type Announcement, blackoutText, type Language } from "@allmende/patching";
import type { Styles } from "../output/style.js";
import { renderTable } from "../output/table.js";

const words = {
  en: {
    columns: ["OPENS", "CLOSES", "ZONE", "WINDOW", "UPDATES", "HOSTS", ""],
    closed: "closed",
    none: (days: number) => `no window opens in the next ${days === 1 ? "24 hours" : `${days} days`}`,
  },
  de: {
    columns: ["ÖFFNET", "SCHLIESST", "ZONE", "FENSTER", "UPDATES", "HOSTS", ""],
    closed: "geschlossen",
    none: (days: number) => `in den nächsten ${days === 1 ? "24 Stunden" : `${days} Tagen`} öffnet kein Fenster`,
  },
} as const;

/** What opens when, in wall time; blacked out occurrences are there, and marked. Below it stands once for each window why nobody knows when it opens. */
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
    const mark = blackout.isUnknown ? words[lang].closed : blackoutText(blackout, lang);
    return [...cells.map(style.dim), style.yellow(mark)];
  });
  const notes = announcements.flatMap(({ window, occurrence: { blackout } }) =>
    blackout?.isUnknown ? [`${window.name}: ${blackoutText(blackout, lang)}`] : [],
  );
  const below = [...new Set(notes)].map((note) => `${style.yellow(note)}\n`);
  return renderTable(words[lang].columns, rows, { style }) + (below.length === 0 ? "" : `\n${below.join("")}`);
}

function weekday(instant: number, timeZone: string, language: Language): string {
  return new Intl.DateTimeFormat(language, { weekday: "short", timeZone }).format(instant);
}
