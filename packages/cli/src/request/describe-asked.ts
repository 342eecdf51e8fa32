import { describeWork, type MemberRequest, workTexts } from "@allmende/requests";
import { loadRequested, type Requested } from "./requested.js";
import { settleRequested } from "./settled.js";

/** What a request asks for, in a sentence; of work also what it costs and took, a line each. */
export async function describeAsked(all: Requested, request: MemberRequest): Promise<string[]> {
  const { member, askedBy, date } = request;
  const asked = `for ${member}, asked by ${askedBy}`;
  if (request.change !== "work") return [`${request.change} ${request.service} ${asked}, from ${date} on`];
  const inventory = loadRequested(await settleRequested(all, {}), Number.POSITIVE_INFINITY);
  const lines = describeWork(request, inventory, workTexts.en);
  return [`work "${request.title}" ${asked}, planned for ${date}`, ...lines.map((line) => `  ${line}`)];
}
