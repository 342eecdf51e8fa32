import type { Context } from "hono";
import * as z from "zod";
import { ApiError, invalidInput, notFound } from "./api-error.js";
import type { Resource } from "./records.js";
import type { ApiEnv } from "./world.js";

const labelKey = /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[a-zA-Z0-9]([a-zA-Z0-9._-]{0,61}[a-zA-Z0-9])?$/;
const labelValue = /^([a-zA-Z0-9]([a-zA-Z0-9._-]{0,61}[a-zA-Z0-9])?)?$/;

export const labelsSchema = z.record(z.string().regex(labelKey), z.string().regex(labelValue));
export const nameSchema = z.string().min(1).max(255);

/** The body of a request. Throws `json_error`, or `invalid_input` that names the field; unknown fields are refused. */
export async function readBody<T extends z.ZodType>(c: Context<ApiEnv>, schema: T): Promise<z.output<T>> {
  const text = await c.req.text();
  let value: unknown;
  try {
    value = text === "" ? {} : JSON.parse(text);
  } catch {
    throw new ApiError(400, "json_error", "invalid JSON in the request's body");
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const unknown = issue?.code === "unrecognized_keys" ? issue.keys.join(".") : undefined;
  throw invalidInput(unknown ?? issue?.path.join(".") ?? "", issue?.message ?? "");
}

/** The resource that a path names. Throws `not_found`. */
export function resourceOf<T extends Resource>(c: Context<ApiEnv>, rows: readonly T[], kind: string): T {
  const id = c.req.param("id") ?? "";
  const row = /^\d+$/.test(id) ? rows.find((candidate) => candidate.id === Number(id)) : undefined;
  if (row === undefined) throw notFound(kind, id);
  return row;
}

/** One of a catalogue or a project, by number or by name, as most bodies allow. */
export function findByIdOrName<T extends { readonly id: number; readonly name: string }>(
  rows: readonly T[],
  wanted: number | string,
): T | undefined {
  return rows.find((row) => row.id === Number(wanted)) ?? rows.find((row) => row.name === wanted);
}

/** One page of a list with the reference's `meta`; `?page=` and `?per_page=`, at most 50. */
export function renderPage<T>(c: Context<ApiEnv>, key: string, rows: readonly T[], render: (row: T) => unknown) {
  const page = positive(c, "page", 1);
  const perPage = Math.min(50, positive(c, "per_page", 25));
  const last = Math.max(1, Math.ceil(rows.length / perPage));
  return c.json({
    [key]: rows.slice((page - 1) * perPage, page * perPage).map(render),
    meta: {
      pagination: {
        page,
        per_page: perPage,
        previous_page: page > 1 ? page - 1 : null,
        next_page: page < last ? page + 1 : null,
        last_page: last,
        total_entries: rows.length,
      },
    },
  });
}

function positive(c: Context<ApiEnv>, name: string, otherwise: number): number {
  const text = c.req.query(name);
  if (text === undefined) return otherwise;
  if (!/^[1-9]\d*$/.test(text)) throw invalidInput(name, "must be a positive number");
  return Number(text);
}

/** Rows that the query's `name`, `label_selector` and `sort` ask for. */
export function selectResources<T extends Resource>(c: Context<ApiEnv>, rows: readonly T[]): T[] {
  const name = c.req.query("name");
  const selector = c.req.query("label_selector");
  const matches = selector === undefined || selector === "" ? () => true : parseSelector(selector);
  const found = rows.filter((row) => (name === undefined || row.name === name) && matches(row.labels));
  for (const order of (c.req.queries("sort") ?? []).toReversed()) {
    const [field, direction = "asc"] = order.split(":");
    if (!["id", "name", "created"].includes(field ?? "")) throw invalidInput("sort", `cannot sort by ${field}`);
    const key = field as "id" | "name" | "created";
    const sign = direction === "desc" ? -1 : 1;
    found.sort((left, right) => sign * (left[key] < right[key] ? -1 : left[key] > right[key] ? 1 : 0));
  }
  return found;
}

/** `key`, `!key`, `key=value`, `key==value`, `key!=value`, joined by commas. Throws `invalid_input`. */
export function parseSelector(text: string): (labels: Readonly<Record<string, string>>) => boolean {
  const terms = text.split(",").map((term) => {
    const match = /^(!?)([A-Za-z0-9._/-]+)(?:(==|=|!=)([A-Za-z0-9._-]*))?$/.exec(term.trim());
    if (match === null) throw invalidInput("label_selector", `"${term}" is not a selector`);
    const [, not, key = "", operator, value] = match;
    return (labels: Readonly<Record<string, string>>) => {
      if (operator === undefined) return key in labels === (not === "");
      return (labels[key] === value) === (operator !== "!=");
    };
  });
  return (labels) => terms.every((term) => term(labels));
}
