export { defaultCacheDirectory } from "./cache.js";
export { LabError } from "./errors.js";
export { Lab, type RunResult } from "./lab.js";
export type { Flavour, LabHost, LabHostOptions, LabHostStatus, LabOptions, LabProgress, LabStatus } from "./options.js";
export { checkPrerequisites, labPackages } from "./prerequisites.js";
