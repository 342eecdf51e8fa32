export { type Admission, admissionOf, checkAdmission } from "./admission.js";
export { parseBlackoutCalendar } from "./blackout-calendar.js";
export type { CalendarDate } from "./calendar-date.js";
export { allowedCapabilities } from "./capabilities.js";
export { type Capacity, capacityOf } from "./capacity.js";
export { renderCount } from "./count.js";
export { parseDuration, parsePeriod, periodPattern, renderDuration } from "./duration.js";
export { emailProblem } from "./email-address.js";
export type { ErrorDetails } from "./errors.js";
export { AllmendeError, ConnectError, HostError, UserError } from "./errors.js";
export { type Finding, renderFinding } from "./finding.js";
export type { HetznerInput } from "./hetzner-input.js";
export {
  checkHostInventory,
  type Holding,
  holdingsOfMember,
  holdingsOfService,
} from "./host-checks.js";
export { type HostInput, hostInputSchema } from "./host-input.js";
export { placeholderHostKey } from "./host-key.js";
export { highestMemberNumber, memberUid, subordinateIdCount, subordinateIdStart } from "./identity.js";
export { type ImageReference, parseImage } from "./image.js";
export { inventoryOfHost, type LoadedInventory, loadInventory } from "./inventory.js";
export { parseServiceFile } from "./inventory-entries.js";
export { hasOtherEnding, isOverlooked, otherEnding } from "./inventory-files.js";
export type { InventoryHostInput, InventoryServiceInput } from "./inventory-schemas.js";
export type { InventoryUnitFailuresInput } from "./inventory-unit-failures.js";
export { jsonSchemaOf, jsonSchemas } from "./json-schemas.js";
export { isSelected } from "./labels.js";
export { type Language, languages } from "./language.js";
export type { MailSpec, SmtpSpec } from "./mail.js";
export { type MailInput, parseMail } from "./mail-input.js";
export { type MemberInput, memberInputSchema } from "./member-input.js";
export { labelPattern, longestServiceName, serviceNameProblem, variablePattern } from "./names.js";
export { memberOverheadBytes, serviceOverheadBytes } from "./overhead.js";
export { parseHost, parseMember, parseService } from "./parse.js";
export { type Parsed, parsedUnless } from "./parsed.js";
export type {
  BackupAge,
  BlackoutFeed,
  BlackoutSpec,
  CanarySpec,
  HostAmount,
  LabelSelector,
  Occurrence,
  PatchPhase,
  PatchWindowSpec,
  RunLimits,
} from "./patch-window.js";
export { addFeeds, closeUnread, feedKey, feedUrlProblem, fieldOf } from "./patch-window-feeds.js";
export { type PatchWindowInput, patchWindowInputSchema } from "./patch-window-input.js";
export { defaultRunLimits } from "./patch-window-limits.js";
export {
  type BlackoutTime,
  blackoutTimesOf,
  nextOccurrences,
  occurrencesOf,
  openOccurrence,
  wallTimesOf,
} from "./patch-window-occurrences.js";
export { parsePatchWindow, type ReadCalendar } from "./patch-window-parse.js";
export { renderSnapshot } from "./patch-window-values.js";
export { describeRam, leastRamBytes, parseRam, ramPattern, renderRam } from "./ram.js";
export { parseMemberOnHost, parseServiceOnHost } from "./resource-input.js";
export { checkedText, closedObject, wholeNumber } from "./schema-tools.js";
export {
  type LoadOptions,
  replaceSecretReferences,
  type SecretReferencePlace,
  secretReferences,
  unresolvedSecret,
} from "./secret-references.js";
export type { SecretReference } from "./secrets-input.js";
export { type ServiceInput, serviceInputSchema } from "./service-input.js";
export type {
  Connection,
  HealthProbe,
  HealthSpec,
  HostInventory,
  HostPatchingSpec,
  HostSpec,
  HostUpdates,
  Inventory,
  MemberSpec,
  PortSpec,
  SecretSpec,
  ServiceSpec,
  UnitFailuresSpec,
  VolumeSpec,
} from "./specs.js";
export { didYouMean, nearest } from "./suggestion.js";
export type { ServiceLevel, TariffSpec } from "./tariff.js";
export { describeBlackout, renderUnreadable } from "./unreadable-calendar.js";
export { beginsOf, instantOf, wallTimeAt } from "./wall-clock.js";
export {
  type RequestChange,
  requestChanges,
  type WorkBlock,
  type WorkCondition,
  type WorkKind,
  type WorkRule,
  type WorkSpec,
  workKinds,
} from "./work.js";
export { parseWorkFile } from "./work-input.js";
export { decodeText, parseYamlFile, type YamlFile } from "./yaml-file.js";
