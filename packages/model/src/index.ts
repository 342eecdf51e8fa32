export type { ErrorDetails } from "./errors.js";
export { AllmendeError, ConnectError, HostError, UserError } from "./errors.js";
export type { Finding } from "./finding.js";
export { highestMemberNumber, memberUid, subordinateIdCount, subordinateIdStart } from "./identity.js";
export { memberOverheadBytes, serviceOverheadBytes } from "./overhead.js";
export type {
  Connection,
  HealthProbe,
  HealthSpec,
  HostInventory,
  HostSpec,
  Inventory,
  MemberSpec,
  PortSpec,
  SecretSpec,
  ServiceSpec,
  VolumeSpec,
} from "./specs.js";
