import type { Markup } from "./effect-lines.js";
import type { MemberRequest } from "./request.js";
import type { RequestTexts } from "./texts.js";

/** A request that a change deletes. */
export interface RemovedRequest {
  readonly id: string;
  readonly change: MemberRequest["change"];
  readonly member: string;
  /** Name of its service, or title of its work. */
  readonly about: string;
  /** It waited, and never took effect. */
  readonly wasHeld: boolean;
}

export function removedRequest(request: MemberRequest, wasHeld: boolean): RemovedRequest {
  const { id, change, member } = request;
  return { id, change, member, about: request.change === "work" ? request.title : request.service, wasHeld };
}

/** What deleting each does, a line each. */
export function removedLines(
  removed: readonly RemovedRequest[],
  texts: RequestTexts,
  { code, plain }: Pick<Markup, "code" | "plain">,
): string[] {
  return removed.map(({ id, change, member, about, wasHeld }) => {
    const what = `${code(id)} (${code(about)}, ${texts.changes[change]}, ${plain(member)})`;
    return wasHeld ? texts.takesBack(what) : texts.deletesRequest(what);
  });
}
