import { existsSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type CalendarOptions, reachOfWindows, renderCalendar } from "@allmende/patching";
import { type PlannedDatesOptions, plannedDates } from "@allmende/requests";
import { makeOutFolder } from "../output/out-folder.js";
import type { SettledInventory } from "../stack/stack-inventory.js";

type Made = Omit<CalendarOptions, "dates"> & Pick<PlannedDatesOptions, "approved">;

/** Patch windows, requests with their days and, for all, planned blocks of work. */
export function makeCalendar(inventory: SettledInventory, options: Made): string {
  return renderCalendar(inventory, { ...options, dates: plannedDates(inventory, options) });
}

/**
 * Writes `all.ics` and `members/NAME.ics` into a folder, which may be served meanwhile. Members without a window and without a request have no
 * calendar (an ICS file may not be empty); one that they had before is removed. Returns paths in the folder.
 */
export function writeCalendars(
  inventory: SettledInventory,
  options: Omit<Made, "member">,
  directory: string,
): { readonly written: readonly string[]; readonly removed: readonly string[] } {
  const written: string[] = [];
  const removed: string[] = [];
  const write = (path: string, member?: string): void => {
    const target = join(directory, path);
    makeOutFolder(dirname(target));
    // Whoever fetches it in this moment gets the old one or the new one, whole.
    writeFileSync(`${target}.new`, makeCalendar(inventory, { ...options, member }));
    renameSync(`${target}.new`, target);
    written.push(path);
  };
  write("all.ics");
  for (const { name } of inventory.members) {
    const path = join("members", `${name}.ics`);
    const hasDates = plannedDates(inventory, { ...options, member: name }).length > 0;
    if (hasDates || reachOfWindows(inventory, name).length > 0) write(path, name);
    else if (existsSync(join(directory, path))) {
      rmSync(join(directory, path));
      removed.push(path);
    }
  }
  return { written, removed };
}
