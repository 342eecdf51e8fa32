import type { LoadedInventory } from "@allmende/model";
import { renderReach } from "../template/reach.js";
import type { Template } from "../template/template.js";
import type { Effect } from "./effect.js";
import { type EffectLine, keptLines, type Markup, priceLines, valueLines } from "./effect-lines.js";
import type { PlannedApplication } from "./inventory.js";
import type { MemberRequest } from "./request.js";
import type { RequestTexts } from "./texts.js";

/** What a member learns once a request is in effect, in their language. */
export interface AppliedDetails {
  readonly change: MemberRequest["change"];
  /** How the service is reached, in a sentence. */
  readonly reach?: string | undefined;
  /** What is different, before and after. */
  readonly changes: readonly string[];
  /** Which data stay, and where. */
  readonly kept: readonly string[];
}

const unmarked: Markup = { code: String, plain: String, strong: String };

/** `effect` undefined: nobody can tell any more, as when its template is gone. `application`: what is in effect. */
export function appliedDetails(
  { change }: Pick<MemberRequest, "change">,
  effect: Effect | undefined,
  { application, template, inputs }: AppliedTo,
  texts: RequestTexts,
): AppliedDetails {
  const host = inputs.hosts.find(({ name }) => name === application?.host);
  // A server that is made has its address from elsewhere: members know its name.
  const address = host?.address ?? host?.name;
  const reach =
    application === undefined || template === undefined || address === undefined
      ? undefined
      : renderReach(template, { ...application, address }, texts.language);
  const isChange = effect?.change === "change";
  return {
    change,
    reach,
    changes: isChange ? changesOf(effect, texts).map(({ label, text }) => `${label}: ${text}`) : [],
    kept: effect === undefined ? [] : keptLines(effect, texts, unmarked).map(({ text }) => text),
  };
}

interface AppliedTo extends Pick<LoadedInventory, "inputs"> {
  readonly application: PlannedApplication | undefined;
  readonly template: Template | undefined;
}

function changesOf(effect: Effect, texts: RequestTexts): EffectLine[] {
  const hosts = (isThere: "ramBeforeBytes" | "ramAfterBytes") => [
    ...new Set(effect.services.filter((each) => each[isThere] !== undefined).map(({ host }) => host)),
  ];
  const [from, to] = [hosts("ramBeforeBytes").join(", "), hosts("ramAfterBytes").join(", ")];
  const moved = from === to ? [] : [{ label: texts.columns.host, text: `${from} → ${to}` }];
  const level = effect.level === undefined ? [] : [{ label: texts.level, text: effect.level }];
  const [price] = priceLines(effect, texts, unmarked);
  return [
    ...valueLines({ ...effect, olderImages: [] }, texts, unmarked),
    ...moved,
    ...level,
    ...(price === undefined ? [] : [price]),
  ];
}
