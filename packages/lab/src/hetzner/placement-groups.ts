import * as z from "zod";
import { conflict } from "./api-error.js";
import { addCollection, checkNameFree, newResource, removeRow } from "./collection.js";
import type { PlacementGroup, Project } from "./records.js";
import { labelsSchema, nameSchema, readBody } from "./requests.js";
import type { Api, World } from "./world.js";

const createSchema = z.strictObject({
  name: nameSchema,
  type: z.literal("spread"),
  labels: labelsSchema.optional(),
});

/** A spread group puts each server on hardware of its own; it takes at most this many. */
export const spreadServers = 10;

export function addPlacementGroupRoutes(api: Api, world: World): void {
  addCollection<PlacementGroup>(api, world, {
    path: "placement_groups",
    key: "placement_group",
    kind: "placement group",
    rows: (project) => project.placementGroups,
    render: renderPlacementGroup,
    filters: { type: (group) => group.type },
    remove: (group, project) => {
      if (serversIn(project, group.id).length > 0)
        throw conflict("placement group still has servers", "resource_in_use");
      removeRow(project.placementGroups, group);
    },
  });

  api.post("/placement_groups", async (c) => {
    const { project } = c.var;
    const body = await readBody(c, createSchema);
    checkNameFree(project.placementGroups, body.name, "placement group");
    const group: PlacementGroup = {
      ...newResource(world, body),
      type: body.type,
    };
    project.placementGroups.push(group);
    world.store.save();
    return c.json({ placement_group: renderPlacementGroup(group, project), action: null }, 201);
  });
}

export function renderPlacementGroup(group: PlacementGroup, project: Project) {
  return {
    id: group.id,
    name: group.name,
    labels: group.labels,
    type: group.type,
    servers: serversIn(project, group.id),
    created: group.created,
  };
}

export function serversIn(project: Project, group: number): number[] {
  return project.servers.filter((server) => server.placementGroup === group).map(({ id }) => id);
}
