import type { Finding } from "@allmende/model";
import type { RequestDraft } from "@allmende/requests";
import type { Context } from "../context.js";
import { dialogueTexts } from "./dialogue-texts.js";
import { type DraftContext, draftOf } from "./draft.js";
import { type PreparedRequest, prepareRequest } from "./intake.js";

/** On a terminal, what is wrong with a new service's request is said and asked again, until it goes together or none of it was asked. */
export async function mendDraft(
  context: Context,
  first: RequestDraft,
  options: DraftContext,
): Promise<PreparedRequest> {
  const { requested, language, nowMs, interactive } = options;
  const texts = dialogueTexts[language];
  let draft = first;
  for (;;) {
    const prepared = prepareRequest(requested, draft, language, nowMs);
    const { findings } = prepared.check;
    if (!interactive || draft.change !== "create" || findings.length === 0) return prepared;
    const kept = withoutWrong(draft, findings, options);
    if (kept === undefined) return prepared;
    context.terminal.err(`\n${texts.again}\n${findings.map(({ message }) => `  - ${message}\n`).join("")}\n`);
    draft = await draftOf(context, { templateName: draft.template, given: kept, set: [] }, options);
  }
}

/** Without the answers that findings are about; undefined: there is none. */
function withoutWrong(
  draft: RequestDraft,
  findings: readonly Finding[],
  { requested }: DraftContext,
): Record<string, unknown> | undefined {
  const fields = requested.templates.find(({ name }) => name === draft.template)?.fields ?? [];
  const sizes = fields.filter(({ type }) => type === "size").map(({ name }) => `values.${name}`);
  const wrong = new Set(
    findings.flatMap(({ path: [key, field] }) => {
      if (key !== "values") return [String(key)];
      // More than fits: another size, or another host.
      return field === undefined ? ["host", ...sizes] : [`values.${field}`];
    }),
  );
  const keep = (given: object, prefix = "") =>
    Object.fromEntries(Object.entries(given).filter(([key]) => !wrong.has(`${prefix}${key}`)));
  const kept = { ...keep(draft), values: keep(draft.values ?? {}, "values.") };
  const isSame =
    Object.keys(kept).length === Object.keys(draft).length &&
    Object.keys(kept.values).length === Object.keys(draft.values ?? {}).length;
  return isSame ? undefined : kept;
}
