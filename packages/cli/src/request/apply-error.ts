import { AllmendeError, type ErrorDetails } from "@allmende/model";
import type { RequestedInventory } from "@allmende/requests";
import type { Diagnostic } from "../stack/events.js";

/** Something that went wrong. */
export interface ApplyProblem {
  /** The resource that it concerns, as the engine calls it: `Service`, `anna-blog`; undefined: the run as a whole. */
  readonly type?: string | undefined;
  readonly name?: string | undefined;
  /** May end in lines of the service's log, each after a `|`. */
  readonly message: string;
}

/** A stack was not brought up, and why, piece by piece: members are told of their own alone. */
export class ApplyError extends AllmendeError {
  readonly problems: readonly ApplyProblem[];

  /** `said`: the logs were shown as they came, and do not stand in the message again. */
  constructor(
    problems: readonly ApplyProblem[],
    details: ErrorDetails,
    { said = false }: { readonly said?: boolean } = {},
  ) {
    const lines = problems.flatMap(({ message }) => message.split("\n"));
    super((said ? withoutLog(lines) : lines).join("\n"), details);
    this.problems = problems;
  }
}

/** A URN ends in `PARENT$TYPE::NAME`; what concerns another kind of resource than ours is no member's. */
export function problemOf({ urn, message }: Diagnostic): ApplyProblem {
  if (urn === undefined) return { message: message.trim() };
  const [types = "", name] = urn.split("::").slice(-2);
  return { type: types.split(/[:$]/).at(-1), name, message: message.trim() };
}

/**
 * What a member may read of a failure: what concerns services of theirs, and what concerns a host or everybody. A log of somebody else's service
 * is nobody's to read.
 */
export function problemsFor(
  member: string,
  failure: AllmendeError,
  { services, ended }: Pick<RequestedInventory, "services" | "ended">,
): string[] {
  // Of what another kind of error says, nobody knows whom it concerns.
  if (!(failure instanceof ApplyError)) return [];
  const isOwn = (name: string | undefined) =>
    services.some((service) => service.name === name && service.member === member) ||
    (name !== undefined && ended.get(name)?.member === member);
  return failure.problems
    .filter(({ type, name }) => type === undefined || type === "Host" || (type === "Service" && isOwn(name)))
    .flatMap(({ message }) => forMember(message));
}

/** How many lines of a log a member reads: before the end it is about what ran before. */
const lastLines = 8;

/** What happened, and the end of the log. What is to be done next is said to hostmasters. */
function forMember(message: string): string[] {
  const [what = "", ...rest] = message.split("\n");
  return [what, ...rest.filter(isOfLog).slice(-lastLines)];
}

const isOfLog = (line: string) => /^\s*\|/.test(line);

/** What makes one failure another one than that before: not the log, in which times stand. */
export function withoutLog(problems: readonly string[]): string[] {
  return problems.filter((line) => !isOfLog(line));
}
