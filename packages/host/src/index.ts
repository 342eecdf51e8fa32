export { type Adoption, checkFitness, type FitnessCheck, planAdoption } from "./adoption.js";
export { type ApplyOptions, applyChanges, runTransaction, type TransactionOutcome } from "./apply.js";
export type { ApplyResult } from "./apply-result.js";
export { type DriftFinding, findSliceDifference, planDrift } from "./drift.js";
export { type InspectOptions, inspectHost } from "./inspect.js";
export { type LogOptions, readServiceLogs } from "./logs.js";
export {
  expectedObservation,
  type HostFacts,
  type HostObservation,
  type LiveState,
  type ResourceObservation,
} from "./observation.js";
export { loaderCommand, type RemoteRoot } from "./remote.js";
export { defaultRenderContext, type RenderContext } from "./render.js";
export { hostPackages, renderHost } from "./render-host.js";
export { renderMember } from "./render-member.js";
export { declaredService, renderService } from "./render-service.js";
export { renderResources, renderTree } from "./render-tree.js";
export type {
  Change,
  DeclaredService,
  DeclaredSpec,
  DirectoryEntry,
  FileEntry,
  ResourceFile,
  ResourceId,
  ResourceTree,
  ResourceUnit,
} from "./resource.js";
export { readScript, setScriptDirectory } from "./scripts.js";
export { type HostStatus, readServiceStatus, type ServiceStatus } from "./status.js";
export { type HostSurvey, surveyHost } from "./survey.js";
