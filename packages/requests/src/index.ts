export { loadCatalogue } from "./template/catalogue.js";
export { checkTemplate } from "./template/check-template.js";
export { type ParsedFieldValue, parseFieldValue } from "./template/field-value.js";
export { parseTemplate } from "./template/parse-template.js";
export { planTemplate } from "./template/plan-template.js";
export { sampleValues } from "./template/sample-values.js";
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
export { templateJsonSchema } from "./template/template-schema.js";
