import { describeHeld } from "@allmende/requests";
import type { Context } from "../context.js";
import { sayHeld } from "../request/hold.js";
import { loadInventoryFolder } from "../stack/stack-inventory.js";
import { describeUnread, readCalendars } from "./calendar-feeds.js";

/**
 * What is announced of the inventory at `path`: without the requests that wait, and with the calendars that its windows name by their addresses. What waits
 * for somebody, requests and calendars that cannot be read, is said and returned as `--json` shows it. `stack`: whose configuration has secret addresses. Throws as `loadInventoryFolder` and `readCalendars`.
 */
export async function readAnnounced(context: Context, path: string, stack: string | undefined) {
  const declared = await loadInventoryFolder(path);
  sayHeld(context, declared.held);
  const inventory = await readCalendars(context, path, declared, { stack });
  return { inventory, waiting: { held: declared.held.map(describeHeld), unread: describeUnread(inventory) } };
}
