import { type Inventory, type PatchWindowInput, parseHost, parseService, type ServiceSpec } from "@allmende/model";
import { describe, expect, test } from "vitest";
import { mail } from "../testing/mails.js";
import { windowOf } from "../testing/windows.js";
import { dueNotices } from "./due-notices.js";
import { noticeLetter } from "./notice.js";

const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFLaABh3Oo97Dc7nNUQUz0xIfUJXB18IfWIE7EOSrq4e";
const host = (name: string, stage: string) => {
  const parsed = parseHost({ name, address: `${name}.test`, hostKey, reserve: "512MiB", labels: { stage } });
  if (!parsed.ok) throw new Error("bad host");
  return parsed.value;
};
const service = (name: string, member: string, on: string): ServiceSpec & { host: string } => {
  const parsed = parseService({ name, member, image: "registry.test/site:1", ram: "128MiB" });
  if (!parsed.ok) throw new Error("bad service");
  return { ...parsed.value, host: on };
};

const inventory: Inventory = {
  hosts: [host("web1", "test"), host("web2", "production"), host("web3", "production")],
  members: [
    { name: "anna", number: 1, email: "anna@example.org", language: "en" },
    { name: "bert", number: 2, email: "bert@example.org" },
    { name: "cleo", number: 3 },
  ],
  services: [
    ...[service("shop", "anna", "web2"), service("blog", "anna", "web2"), service("wiki", "anna", "web1")],
    ...[service("mail", "bert", "web1"), service("docs", "cleo", "web3")],
  ],
};
const at = (text: string) => Date.parse(text);
const due = (now: string, changes: Partial<PatchWindowInput> = {}) =>
  dueNotices({ ...inventory, windows: [windowOf({ notice: "12h", ...changes })] }, at(now));
const told = (...args: Parameters<typeof due>) =>
  due(...args).map(({ member, occurrence }) => `${member.name} ${occurrence.id}`);
const first = "security-nightly/2026-11-24T02:00[Europe/Berlin]";

describe("a notice is due", () => {
  test("from its period before the opening until the opening, for all who have services on the window's hosts", () => {
    // It opens at 01:00 UTC.
    expect(told("2026-11-23T12:59:59Z")).toEqual([]);
    expect(told("2026-11-23T13:00:00Z")).toEqual([`anna ${first}`, `bert ${first}`, `cleo ${first}`]);
    expect(told("2026-11-24T00:59:59Z")).toHaveLength(3);
    expect(told("2026-11-24T01:00:00Z")).toEqual([]);
    expect(told("2026-11-24T02:00:00Z")).toEqual([]);
  });

  test("once for all openings of less than a week, however long the period", () => {
    const days = due("2026-11-23T13:00:00Z", { notice: "3d" }).map(({ member, occurrence, later }) => {
      return [member.name, ...[occurrence, ...later].map(({ id }) => id.slice(22, 27))];
    });
    const week = ["24", "25", "26", "27", "28", "29", "30"].map((day) => `11-${day}`);
    expect(days).toEqual(["anna", "bert", "cleo"].map((name) => [name, ...week]));
  });

  test("for a window of every week, for each opening alone, also when clocks change in between", () => {
    const changes = { recurrence: "FREQ=WEEKLY", start: "2026-03-22T02:00", notice: "2d" };
    expect(due("2027-03-20T13:00:00Z", changes).map(({ later }) => later)).toEqual([[], [], []]);
  });

  test("anew once an opening is near of which nobody was told; each is told of its whole period before", () => {
    const nightly = windowOf({ notice: "3d" });
    const toldAt = new Map<string, number>();
    let mails = 0;
    for (let hour = 0; hour < 24 * 28; hour++) {
      const nowMs = at("2026-11-23T13:00:00Z") + hour * 3_600_000;
      const inventoryNow = { ...inventory, members: inventory.members.slice(0, 1), windows: [nightly] };
      const [notice] = dueNotices(inventoryNow, nowMs, ({ id }) => toldAt.has(id));
      if (notice === undefined || toldAt.has(notice.occurrence.id)) continue;
      mails++;
      for (const { id, startMs } of [notice.occurrence, ...notice.later]) {
        if (!toldAt.has(id) && startMs > at("2026-11-27")) expect(startMs - nowMs).toBeGreaterThan(70 * 3_600_000);
        toldAt.set(id, nowMs);
      }
    }
    expect(mails).toBe(5);
    expect(toldAt.size).toBeGreaterThanOrEqual(28);
  });

  test("not for a day that is blacked out", () => {
    expect(told("2026-11-23T13:00:00Z", { blackouts: ["2026-11-24"] })).toEqual([]);
  });

  test("only to whom it concerns, about their own services on hosts of the window", () => {
    const notices = due("2026-11-23T13:00:00Z", { hosts: { stage: "production" } });
    expect(notices.map(({ member, hosts }) => [member.name, hosts])).toEqual([
      ["anna", [{ host: "web2", services: ["blog", "shop"] }]],
      ["cleo", [{ host: "web3", services: ["docs"] }]],
    ]);
  });
});

function letters(now: string, changes: Partial<PatchWindowInput> = {}) {
  return due(now, changes).map((notice) => noticeLetter(notice, "x@example.org", "coop.prod", mail));
}

describe("a notice", () => {
  test("says in the member's language when, which services, what may happen and how to ask", () => {
    const [anna] = letters("2026-11-23T13:00:00Z", { recurrence: "FREQ=WEEKLY" });
    expect(anna?.language).toBe("en");
    expect(anna?.subject).toBe("Patch window: Tuesday, 24 November 2026, 02:00 to 05:00 (Europe/Berlin)");
    expect(anna?.replyTo).toBe("hilfe@coop.example");
    expect(anna?.text.split("\n")).toEqual([
      "Hello anna,",
      "",
      "in this patch window, hosts are updated on which services of yours run:",
      "",
      "  Begin: Tuesday, 24 November 2026, 02:00 (Europe/Berlin, GMT+1)",
      "  End:   Tuesday, 24 November 2026, 05:00 (Europe/Berlin, GMT+1)",
      "",
      "  web1: wiki",
      "  web2: blog, shop",
      "",
      "What may happen:",
      "- Security updates of the operating system are installed.",
      "- Services are restarted where an update needs it; they are then out of reach for a moment.",
      "- A host is rebooted if it is needed; all services on it are then out of reach for some minutes.",
      "",
      "There is nothing that you have to do.",
      "Questions? Answer this mail, or write to hilfe@coop.example.",
      "",
      "-- ",
      "Beispielgenossenschaft Größe eG",
    ]);
  });

  test("is in the cooperative's language for a member who has chosen none, and keeps to what the window may do", () => {
    const weekly = { recurrence: "FREQ=WEEKLY" };
    const changes = { ...weekly, reboot: "never", updates: "all", cutoff: { upgrade: "90m", restart: "45m" } } as const;
    const bert = letters("2026-11-23T13:00:00Z", changes)[1];
    expect(bert?.subject).toBe("Patchfenster: Dienstag, 24. November 2026, 02:00 bis 05:00 (Europe/Berlin)");
    expect(bert?.text).toContain("- Alle verfügbaren Aktualisierungen");
    expect(bert?.text).toContain("- Die Hosts selbst werden nicht neu gestartet.");
  });

  test("over midnight and over the end of summer time says when it really ends", () => {
    const changes = { recurrence: "FREQ=WEEKLY", start: "2026-10-24T23:00", duration: "6h" };
    const [anna] = letters("2026-10-24T20:00:00Z", changes);
    expect(anna?.subject).toContain(
      "Saturday, 24 October 2026, 23:00 to Sunday, 25 October 2026, 04:00 (Europe/Berlin)",
    );
    expect(anna?.text).toContain("23:00 (Europe/Berlin, GMT+2)");
    expect(anna?.text).toContain("04:00 (Europe/Berlin, GMT+1)");
  });

  test("of several openings lists each, in the member's language", () => {
    const daily = { recurrence: "FREQ=DAILY;COUNT=2" };
    const [anna, bert] = letters("2026-11-23T13:00:00Z", daily);
    expect(anna?.subject).toBe("Patch window: 2 times from Tuesday, 24 November 2026, 02:00 on (Europe/Berlin)");
    expect(anna?.text.split("\n").slice(2, 9)).toEqual([
      "in these patch windows, hosts are updated on which services of yours run (times in Europe/Berlin):",
      "",
      "  Tuesday, 24 November 2026, 02:00 to 05:00 (GMT+1)",
      "  Wednesday, 25 November 2026, 02:00 to 05:00 (GMT+1)",
      "",
      "  web1: wiki",
      "  web2: blog, shop",
    ]);
    expect(bert?.subject).toBe("Patchfenster: 2-mal ab Dienstag, 24. November 2026, 02:00 (Europe/Berlin)");
    expect(bert?.text).toContain("Die nächste Nachricht kommt, bevor ein Fenster öffnet, das hier nicht steht.");
  });

  test("has one Message-ID for each first occurrence and member, whenever and however often it is made", () => {
    const made = letters("2026-11-23T13:00:00Z", { notice: "3d" });
    const ids = made.map(({ id }) => id);
    expect(new Set(made.flatMap(({ id, also = [] }) => [id, ...also.map((each) => each.id)])).size).toBe(21);
    expect(letters("2026-11-23T20:00:00Z", { notice: "3d", updates: "all" }).map(({ id }) => id)).toEqual(ids);
    expect(ids[0]).toMatch(/^notice\.[0-9a-f]{40}@coop\.example$/);
  });
});
