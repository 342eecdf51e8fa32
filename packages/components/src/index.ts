export { type CloudSite, Commons, type CommonsArgs } from "./commons.js";
export type { ConnectionArgs, HostArgs, HostDeclaration } from "./connection.js";
export { DebianHost, type DebianHostArgs, type HostPatchingArgs, type ServiceHost } from "./debian-host.js";
export { HostKey, type HostKeyArgs } from "./host-key.js";
export { Member, type MemberArgs, type MemberReference } from "./member.js";
export type { HostFacts, LiveState } from "./observed.js";
export type { PatchMailArgs } from "./patch-mail.js";
export {
  type PatchEmergencyArgs,
  type PatchHost,
  type PatchReboot,
  PatchRun,
  type PatchRunArgs,
  type PatchRunPhase,
  type UpgradedPackage,
} from "./patch-run.js";
export {
  type DeclaredWindowArgs,
  type InventoryWindowArgs,
  type PatchRunOptions,
  PatchWindow,
  type PatchWindowArgs,
} from "./patch-window.js";
export { PatchWindows, type PatchWindowsArgs } from "./patch-windows.js";
export { Provider, type ProviderArgs } from "./provider.js";
export { Service } from "./service.js";
export type {
  ContainerArgs,
  HealthArgs,
  PortArgs,
  RegistryLoginArgs,
  SecretArgs,
  ServiceArgs,
  VolumeArgs,
} from "./service-args.js";
export type { UnitFailuresArgs } from "./unit-failures.js";
