export { type PlannedDatesOptions, plannedDates } from "./calendar/planned-dates.js";
export type { Application } from "./request/applications.js";
export { type AppliedDetails, appliedDetails } from "./request/applied-details.js";
export { appliedNotice } from "./request/applied-letter.js";
export { readArrivals } from "./request/arrivals.js";
export {
  catalogueDirectory,
  listCatalogueFiles,
  loadInventoryWithRequests,
  readCatalogue,
} from "./request/catalogue-folder.js";
export { type CheckResult, checkRequests } from "./request/check-requests.js";
export { beginOfDay, dayAt, earliestDate, inEffectOrder, isDue, leadTimeOf } from "./request/dates.js";
export { type DeployedService, parseDeployedServices, requestsThere } from "./request/deployed.js";
export type { Effect } from "./request/effect.js";
export { effectLines } from "./request/effect-lines.js";
export { isEntitled, isHostmaster, memberOf } from "./request/entitled.js";
export { failureNotice, heldNotice } from "./request/failure-letter.js";
export { heldVariable, withoutHeld } from "./request/held-variable.js";
export { describeHeld, type HeldRequest, holdRequests, nothingWaits, renderHeld } from "./request/hold.js";
export { loadRequestedInventory, type PlannedApplication, type RequestedInventory } from "./request/inventory.js";
export { isRequestFile, loadRequests } from "./request/load-requests.js";
export { olderImages } from "./request/older-images.js";
export { type RemovedRequest, removedLines, removedRequest } from "./request/removed-requests.js";
export { renderCheck } from "./request/render-check.js";
export { type RequestDraft, renderRequest, requestId } from "./request/render-request.js";
export type { MemberRequest } from "./request/request.js";
export { requestJsonSchema } from "./request/request-input.js";
export { planRevert } from "./request/revert.js";
export { mostRamBytes, rankOfHost } from "./request/room.js";
export {
  type RequestEvidence,
  type RequestState,
  type StateOfRequest,
  stateOfRequest,
} from "./request/state.js";
export { type RequestTexts, requestTexts } from "./request/texts.js";
export { workTexts } from "./request/texts-work.js";
export { type ToldSecret, toldSecrets } from "./request/told-secrets.js";
export { type Approval, type Ignored, judgeReview, type Review } from "./review/approval.js";
export { type Forge, forgeOf, readForgeReview } from "./review/forge.js";
export { type ReviewedCommit, reviewOfTrailers } from "./review/trailers.js";
export { monthlyPrice, renderMoney, sumOf } from "./tariff/price.js";
export { type ServicePrice, servicePrices } from "./tariff/service-prices.js";
export { loadCatalogue } from "./template/catalogue.js";
export { checkTemplate } from "./template/check-template.js";
export { withDefaults } from "./template/default-values.js";
export { type ParsedFieldValue, parseFieldValue } from "./template/field-value.js";
export { parseTemplate } from "./template/parse-template.js";
export { planTemplate } from "./template/plan-template.js";
export { sampleValues } from "./template/sample-values.js";
export { madeSecretsKey } from "./template/secret-name.js";
export { checkServiceName } from "./template/service-name.js";
export { shownValue } from "./template/shown-value.js";
export type {
  Choice,
  FieldType,
  FieldValue,
  Placement,
  PlannedService,
  Template,
  TemplateField,
  TemplatePlan,
  Texts,
} from "./template/template.js";
export { templateFileSchema, templateJsonSchema } from "./template/template-schema.js";
export { reportWork, type WorkReport } from "./work/report.js";
export { describeWork } from "./work/work-effect.js";
