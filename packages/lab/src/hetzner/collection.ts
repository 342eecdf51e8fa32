import type { Context } from "hono";
import * as z from "zod";
import { notUnique } from "./api-error.js";
import type { Project, Resource } from "./records.js";
import { labelsSchema, nameSchema, readBody, renderPage, resourceOf, selectResources } from "./requests.js";
import { timestamp } from "./store.js";
import type { Api, ApiEnv, World } from "./world.js";

/** What all kinds of resources have in common: how they are listed, looked up, renamed and removed. */
export interface Collection<T extends Resource> {
  /** `ssh_keys` */
  readonly path: string;
  /** `ssh_key` */
  readonly key: string;
  /** For messages. */
  readonly kind: string;
  readonly rows: (project: Project) => T[];
  readonly render: (row: T, project: Project) => unknown;
  /** Before a row is shown. */
  readonly refresh?: (project: Project) => Promise<void>;
  /** Query parameters beside the common ones, and the text of a row that must equal them. */
  readonly filters?: Readonly<Record<string, (row: T) => string>>;
  /** What can be changed beside name and labels. */
  readonly update?: {
    readonly fields: z.ZodRawShape;
    readonly apply: (row: T, body: Readonly<Record<string, unknown>>) => void;
  };
  /** What `remove` answers is the response's body; nothing: 204. */
  readonly remove: (row: T, project: Project) => unknown;
}

const updateFields = { name: nameSchema.optional(), labels: labelsSchema.optional() };

export function addCollection<T extends Resource>(api: Api, world: World, collection: Collection<T>): void {
  const { path, key, kind, rows, render } = collection;
  const show = (c: Context<ApiEnv>, row: T) => c.json({ [key]: render(row, c.var.project) });

  api.get(`/${path}`, async (c) => {
    await collection.refresh?.(c.var.project);
    const filters = Object.entries(collection.filters ?? {});
    const found = selectResources(c, rows(c.var.project)).filter((row) =>
      filters.every(([name, textOf]) => {
        const wanted = c.req.queries(name) ?? [];
        return wanted.length === 0 || wanted.includes(textOf(row));
      }),
    );
    return renderPage(c, path, found, (row) => render(row, c.var.project));
  });

  api.get(`/${path}/:id{[0-9]+}`, async (c) => {
    await collection.refresh?.(c.var.project);
    return show(c, resourceOf(c, rows(c.var.project), kind));
  });

  api.put(`/${path}/:id`, async (c) => {
    const row = resourceOf(c, rows(c.var.project), kind);
    const body = await readBody(c, z.strictObject({ ...updateFields, ...collection.update?.fields }));
    const { name, labels } = z.object(updateFields).parse(body);
    if (name !== undefined && name !== row.name) {
      checkNameFree(rows(c.var.project), name, kind);
      row.name = name;
    }
    row.labels = labels ?? row.labels;
    collection.update?.apply(row, body);
    world.store.save();
    return show(c, row);
  });

  api.delete(`/${path}/:id`, async (c) => {
    const row = resourceOf(c, rows(c.var.project), kind);
    const answer = collection.remove(row, c.var.project);
    world.store.save();
    return answer === undefined ? c.body(null, 204) : c.json(answer);
  });
}

/** What every new resource has. */
export function newResource(
  world: World,
  body: { name: string; labels?: Record<string, string> | undefined },
): Resource {
  return { id: world.store.nextId(), name: body.name, labels: body.labels ?? {}, created: timestamp() };
}

/** Throws `uniqueness_error`. */
export function checkNameFree(rows: readonly Resource[], name: string, kind: string): void {
  if (rows.some((row) => row.name === name)) throw notUnique("name", kind);
}

/** Takes a row out of its list. */
export function removeRow<T>(rows: T[], row: T): void {
  const index = rows.indexOf(row);
  if (index >= 0) rows.splice(index, 1);
}
