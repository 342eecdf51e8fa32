import { Commons } from "@allmende/components";

/** Hosts, members and services are the YAML files in ./inventory: one file per thing. */
const commons = new Commons("lab", { inventory: "./inventory" });

export const hosts = commons.hosts;
