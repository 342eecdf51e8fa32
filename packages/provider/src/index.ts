export { renderPulumiSchema } from "./schema/pulumi-schema.js";
export { type PluginServer, startServer } from "./server.js";
export { version } from "./version.js";
