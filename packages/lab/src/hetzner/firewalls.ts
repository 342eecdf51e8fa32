import * as z from "zod";
import { conflict, invalidInput, notFound } from "./api-error.js";
import { addCollection, checkNameFree, newResource, removeRow } from "./collection.js";
import type { Firewall, FirewallRule, Project } from "./records.js";
import { labelsSchema, nameSchema, parseSelector, readBody, resourceOf } from "./requests.js";
import type { Api, World } from "./world.js";

const cidr = z.union([z.cidrv4(), z.cidrv6()]);
const ruleSchema = z
  .strictObject({
    direction: z.enum(["in", "out"]),
    protocol: z.enum(["tcp", "udp", "icmp", "esp", "gre"]),
    port: z
      .string()
      .regex(/^(any|\d{1,5}(-\d{1,5})?)$/)
      .nullish(),
    source_ips: z.array(cidr).max(100).optional(),
    destination_ips: z.array(cidr).max(100).optional(),
    description: z.string().max(255).nullish(),
  })
  .refine((rule) => ["tcp", "udp"].includes(rule.protocol) === ((rule.port ?? null) !== null), {
    message: "a port belongs to tcp and udp, and to nothing else",
    path: ["port"],
  })
  .refine((rule) => ((rule.direction === "in" ? rule.source_ips : rule.destination_ips) ?? []).length > 0, {
    message: "a rule needs addresses",
    path: ["source_ips"],
  });
const rulesSchema = z.array(ruleSchema).max(50);
const targetSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("server"), server: z.strictObject({ id: z.number() }) }),
  z.strictObject({ type: z.literal("label_selector"), label_selector: z.strictObject({ selector: z.string() }) }),
]);
const targetsSchema = z.array(targetSchema);
const createSchema = z.strictObject({
  name: nameSchema,
  labels: labelsSchema.optional(),
  rules: rulesSchema.optional(),
  apply_to: targetsSchema.nullish(),
});

type Target = z.output<typeof targetSchema>;
const kind = "firewall";

export function addFirewallRoutes(api: Api, world: World): void {
  addCollection<Firewall>(api, world, {
    path: "firewalls",
    key: "firewall",
    kind,
    rows: (project) => project.firewalls,
    render: renderFirewall,
    remove: (firewall, project) => {
      if (firewall.servers.length + firewall.labelSelectors.length > 0)
        throw conflict("firewall is still in use", "resource_in_use");
      removeRow(project.firewalls, firewall);
    },
  });

  api.post("/firewalls", async (c) => {
    const { project } = c.var;
    const body = await readBody(c, createSchema);
    checkNameFree(project.firewalls, body.name, kind);
    const firewall: Firewall = {
      ...newResource(world, body),
      rules: (body.rules ?? []).map(normalRule),
      servers: [],
      labelSelectors: [],
    };
    for (const target of body.apply_to ?? []) applyFirewall(firewall, target, project);
    project.firewalls.push(firewall);
    const action = start(project, firewall, "set_firewall_rules");
    return c.json({ firewall: renderFirewall(firewall, project), actions: [action] }, 201);
  });

  api.post("/firewalls/:id/actions/set_rules", async (c) => {
    const firewall = resourceOf(c, c.var.project.firewalls, kind);
    const { rules } = await readBody(c, z.strictObject({ rules: rulesSchema }));
    firewall.rules = rules.map(normalRule);
    return c.json({ actions: [start(c.var.project, firewall, "set_firewall_rules")] }, 201);
  });

  api.post("/firewalls/:id/actions/apply_to_resources", async (c) => {
    const firewall = resourceOf(c, c.var.project.firewalls, kind);
    const { apply_to: targets } = await readBody(c, z.strictObject({ apply_to: targetsSchema }));
    for (const target of targets) applyFirewall(firewall, target, c.var.project);
    return c.json({ actions: targets.map(() => start(c.var.project, firewall, "apply_firewall")) }, 201);
  });

  api.post("/firewalls/:id/actions/remove_from_resources", async (c) => {
    const firewall = resourceOf(c, c.var.project.firewalls, kind);
    const { remove_from: targets } = await readBody(c, z.strictObject({ remove_from: targetsSchema }));
    for (const target of targets) withdrawFirewall(firewall, target);
    return c.json({ actions: targets.map(() => start(c.var.project, firewall, "remove_firewall")) }, 201);
  });

  const start = (project: Project, firewall: Firewall, command: string) =>
    world.actions.start(project, { command, resources: [{ id: firewall.id, type: "firewall" }], work: () => {} });
}

function applyFirewall(firewall: Firewall, target: Target, project: Project): void {
  if (target.type === "server") {
    const { id } = target.server;
    if (!project.servers.some((server) => server.id === id)) throw notFound("server", id);
    if (firewall.servers.includes(id)) throw conflict("firewall is applied already", "firewall_already_applied");
    firewall.servers.push(id);
    return;
  }
  const { selector } = target.label_selector;
  parseSelector(selector);
  if (!firewall.labelSelectors.includes(selector)) firewall.labelSelectors.push(selector);
}

function withdrawFirewall(firewall: Firewall, target: Target): void {
  if (target.type === "server") {
    if (!firewall.servers.includes(target.server.id))
      throw conflict("firewall is not applied", "firewall_already_removed");
    removeRow(firewall.servers, target.server.id);
    return;
  }
  if (!firewall.labelSelectors.includes(target.label_selector.selector))
    throw invalidInput("remove_from", "firewall is not applied to this selector");
  removeRow(firewall.labelSelectors, target.label_selector.selector);
}

/** Firewalls that are in force for a server, by its identifier or its labels. */
export function firewallsOf(
  project: Project,
  server: { readonly id: number; readonly labels: Record<string, string> },
) {
  return project.firewalls.filter(
    (firewall) =>
      firewall.servers.includes(server.id) ||
      firewall.labelSelectors.some((selector) => parseSelector(selector)(server.labels)),
  );
}

function normalRule(rule: z.output<typeof ruleSchema>): FirewallRule {
  return {
    direction: rule.direction,
    protocol: rule.protocol,
    port: rule.port ?? null,
    source_ips: rule.source_ips ?? [],
    destination_ips: rule.destination_ips ?? [],
    description: rule.description ?? null,
  };
}

function renderFirewall(firewall: Firewall, project: Project) {
  const bySelector = (selector: string) => project.servers.filter(({ labels }) => parseSelector(selector)(labels));
  return {
    id: firewall.id,
    name: firewall.name,
    labels: firewall.labels,
    created: firewall.created,
    rules: firewall.rules,
    applied_to: [
      ...firewall.servers.map((id) => ({ type: "server", server: { id } })),
      ...firewall.labelSelectors.map((selector) => ({
        type: "label_selector",
        label_selector: { selector },
        applied_to_resources: bySelector(selector).map(({ id }) => ({ type: "server", server: { id } })),
      })),
    ],
  };
}
