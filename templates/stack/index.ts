import { Commons } from "@allmende/components";

/** Hosts, members and services are the YAML files in ./inventory: one file per thing. */
const commons = new Commons("${PROJECT}", { inventory: "./inventory" });

/** Where each service with a web port answers. */
export const urls = Object.fromEntries(Object.entries(commons.services).map(([name, service]) => [name, service.url]));
