import { UserError } from "@allmende/model";
import { type Application, foldRequests } from "./applications.js";
import { inEffectOrder } from "./dates.js";
import type { RequestDraft } from "./render-request.js";
import type { MemberRequest, ServiceRequest } from "./request.js";
import { requestTexts } from "./texts.js";

type Undone = Pick<
  RequestDraft,
  "change" | "service" | "member" | "template" | "host" | "level" | "values" | "reverts"
>;

/** What undoes one request, whatever came after it about other services. Throws UserError `cannot-revert`, `unknown-request`. */
export function planRevert(requests: readonly MemberRequest[], id: string): Undone {
  const request = requests.find((each) => each.id === id);
  if (request === undefined) {
    throw new UserError(`there is no request ${id}`, {
      code: "unknown-request",
      concerns: id,
      nextStep: "`allmende request list` shows all",
    });
  }
  if (request.change === "work") throw refuse(request, "it is work, which nothing undoes");
  const { service, member } = request;
  const about = inEffectOrder(requests).filter(
    (each): each is ServiceRequest => each.change !== "work" && each.service === service,
  );
  const [later] = about.slice(about.indexOf(request) + 1);
  if (later !== undefined) throw refuse(request, `${later.id} builds on it: undo that one first`);
  const before = foldRequests(about.slice(0, about.indexOf(request)), new Set(), requestTexts.en);
  const undone = { service, member, reverts: id };
  if (request.change === "create") return { ...undone, change: "end" };
  const former = before.applications.get(service);
  if (former === undefined) throw refuse(request, "what there was before cannot be told any more");
  if (request.change === "end") return { ...undone, change: "create", ...placeOf(former) };
  return {
    ...undone,
    change: "change",
    ...(request.host !== undefined && { host: former.host }),
    ...(request.level !== undefined && former.level !== undefined && { level: former.level }),
    values: Object.fromEntries(Object.keys(request.values).map((key) => [key, former.values[key] ?? null])),
  };
}

function placeOf({ template, host, level, values }: Application) {
  return { template, host, level, values };
}

function refuse({ id }: MemberRequest, why: string): UserError {
  return new UserError(`${id} cannot be undone: ${why}`, {
    code: "cannot-revert",
    concerns: id,
    nextStep: "ask for a change with `allmende request new`",
  });
}
