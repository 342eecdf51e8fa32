import { stringify } from "yaml";
import type { FieldValues, MemberRequest } from "./request.js";

/** A request's file without what only loading adds. */
export type RequestDraft = {
  readonly change: MemberRequest["change"];
  readonly member: string;
  readonly askedBy: string;
  /** Instant of ISO 8601. */
  readonly askedAt: string;
  readonly date: string;
  readonly service?: string | undefined;
  readonly template?: string | undefined;
  readonly host?: string | undefined;
  readonly level?: string | undefined;
  readonly values?: FieldValues | undefined;
  readonly reverts?: string | undefined;
  readonly kind?: MemberRequest["kind"];
} & Readonly<Record<string, unknown>>;

const order = ["change", "service", "title", "member", "template", "host", "level", "values"];

/** The text of `requests/ID.yaml`. */
export function renderRequest(draft: RequestDraft): string {
  const rank = (key: string) => (order.includes(key) ? order.indexOf(key) : order.length);
  const entries = Object.entries(draft)
    .filter(([, value]) => value !== undefined)
    .sort(([one], [other]) => rank(one) - rank(other));
  return stringify(Object.fromEntries(entries), { version: "1.2", lineWidth: 0 });
}

/** A name that sorts by time and says what it is about: `20261124-1530-anna-blog`. `taken`: ids that are there. */
export function requestId(askedAt: string, about: string, taken: ReadonlySet<string>): string {
  const time = new Date(askedAt).toISOString().replaceAll(/[-:]/g, "");
  const words = about
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 50);
  const name = `${time.slice(0, 8)}-${time.slice(9, 13)}-${words || "work"}`;
  for (let number = 1; ; number++) {
    const id = number === 1 ? name : `${name}-${number}`;
    if (!taken.has(id)) return id;
  }
}
