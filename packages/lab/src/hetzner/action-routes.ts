import { notFound } from "./api-error.js";
import type { Action, Project } from "./records.js";
import { renderPage } from "./requests.js";
import type { Api, World } from "./world.js";

/** `/actions`, and the actions of every kind of resource. */
export function addActionRoutes(api: Api, _world: World): void {
  api.get("/actions", (c) => {
    const ids = c.req.queries("id") ?? [];
    const statuses = c.req.queries("status") ?? [];
    const found = c.var.project.actions.filter(
      (action) =>
        (ids.length === 0 || ids.includes(String(action.id))) &&
        (statuses.length === 0 || statuses.includes(action.status)),
    );
    return renderPage(c, "actions", found, (action) => action);
  });

  api.get("/actions/:id{[0-9]+}", (c) => c.json({ action: findAction(c.var.project, c.req.param("id")) }));

  api.get("/:kind/:id/actions/:action{[0-9]+}", (c) =>
    c.json({ action: findAction(c.var.project, c.req.param("action")) }),
  );
}

function findAction(project: Project, id: string): Action {
  const action = project.actions.find((candidate) => candidate.id === Number(id));
  if (action === undefined) throw notFound("Action", id);
  return action;
}
