import { wallTimeAt } from "@allmende/model";

/** `Tue 2026-12-01 02:00`: an instant (ISO 8601) as clocks show it in a zone. */
export function renderWall(instant: string, zone: string): string {
  const ms = Date.parse(instant);
  const weekday = new Intl.DateTimeFormat("en", { weekday: "short", timeZone: zone }).format(ms);
  return `${weekday} ${wallTimeAt(ms, zone).replace("T", " ")}`;
}

/** The zone of an occurrence's window, `nightly/2026-12-01T02:00[Europe/Berlin]`; an emergency is of no window, and its times are in UTC. */
export function zoneOfOccurrence(id: string): string {
  return /\[([^\]]+)\]$/.exec(id)?.[1] ?? "UTC";
}

/** `Tue 2026-12-01 02:00 Europe/Berlin`: an instant in the zone of the occurrence that it belongs to. */
export function renderWallOf(instant: string, occurrence: string): string {
  const zone = zoneOfOccurrence(occurrence);
  return `${renderWall(instant, zone)} ${zone}`;
}
