import type { Finding } from "@allmende/model";
import type { RequestDraft, Template } from "@allmende/requests";
import type { Context } from "../context.js";
import { dialogueTexts } from "./dialogue-texts.js";
import { type DraftContext, draftOf, type Given } from "./draft.js";
import { type PreparedRequest, prepareRequest } from "./intake.js";

/** On a terminal, what is wrong with a request is said and asked again, until it goes together or none of it was asked. */
export async function mendDraft(
  context: Context,
  first: RequestDraft,
  options: DraftContext,
): Promise<{ readonly draft: RequestDraft; readonly prepared: PreparedRequest }> {
  const { requested, language, interactive } = options;
  const texts = dialogueTexts[language];
  let draft = first;
  for (;;) {
    const prepared = prepareRequest(requested, draft, options);
    const { findings } = prepared.check;
    if (!interactive || findings.length === 0) return { draft, prepared };
    const asked =
      draft.change === "create" ? askedOfNew(draft, findings, options) : askedOfKnown(draft, findings, options);
    if (asked === undefined) return { draft, prepared };
    context.terminal.err(`\n${texts.again}\n${findings.map(({ message }) => `  - ${message}\n`).join("")}\n`);
    draft = await draftOf(context, { ...asked, set: [] }, options);
  }
}

type Asked = Pick<Given, "templateName" | "given" | "again">;

/** A new service without the answers that findings are about; undefined: there is none. */
function askedOfNew(draft: RequestDraft, findings: readonly Finding[], { requested }: DraftContext): Asked | undefined {
  const fields = requested.templates.find(({ name }) => name === draft.template)?.fields ?? [];
  const given = without(draft, new Set(findings.flatMap((finding) => keysOf(finding, fields))));
  return countOf(given) === countOf(draft) ? undefined : { templateName: draft.template, given };
}

/** A change or an end, with what needs another answer; undefined: something is wrong of which nothing was asked. */
function askedOfKnown(
  draft: RequestDraft,
  findings: readonly Finding[],
  { requested, inventory }: DraftContext,
): Asked | undefined {
  const { service = "", change } = draft;
  const of = inventory.applications.get(service)?.template;
  const fields = requested.templates.find(({ name }) => name === of)?.fields ?? [];
  const own = change === "change" ? ["host", "level", ...fields.map(({ name }) => `values.${name}`)] : [];
  const askable = new Set(change === "work" ? [] : ["askedBy", "date", ...own]);
  const keys = findings.map((finding) => keysOf(finding, fields).filter((key) => askable.has(key)));
  if (keys.some((each) => each.length === 0)) return undefined;
  const again = new Set(keys.flat());
  return {
    templateName: undefined,
    given: { ...without(draft, again), [change === "end" ? "ends" : "changes"]: service },
    again,
  };
}

/** The answers that a finding is about. */
function keysOf({ path: [key, field] }: Finding, fields: Template["fields"]): string[] {
  if (key === "values" && field !== undefined) return [`values.${field}`];
  if (key !== "values") return [String(key)];
  // More than fits: another size, or another host.
  const sizes = fields.filter(({ type }) => type === "size");
  return ["host", ...sizes.map(({ name }) => `values.${name}`)];
}

function without(draft: RequestDraft, wrong: ReadonlySet<string>) {
  const keep = (given: object, prefix = "") =>
    Object.fromEntries(Object.entries(given).filter(([key]) => !wrong.has(`${prefix}${key}`)));
  return { ...keep(draft), values: keep(draft.values ?? {}, "values.") };
}

function countOf({ values, ...rest }: { readonly values?: object | undefined }): number {
  return Object.keys(rest).length + Object.keys(values ?? {}).length;
}
