export { bootMachine } from "./boot-machine.js";
export { defaultCacheDirectory } from "./cache.js";
export { LabError } from "./errors.js";
export { findHcloudPlugin, hcloudPlugin } from "./hcloud-plugin.js";
export type { Faults } from "./hetzner/faults.js";
export { type HetznerApi, type HetznerApiOptions, type HetznerServer, startHetznerApi } from "./hetzner/start.js";
export { Lab, type RunResult } from "./lab.js";
export type { Flavour, LabHost, LabHostOptions, LabHostStatus, LabOptions, LabProgress, LabStatus } from "./options.js";
export { checkPrerequisites, labPackages } from "./prerequisites.js";
