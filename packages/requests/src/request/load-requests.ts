import {
  type Finding,
  hasOtherEnding,
  otherEnding,
  parsePeriod,
  parseYamlFile,
  type RequestChange,
  requestChanges,
  type YamlFile,
} from "@allmende/model";
import type * as z from "zod";
import type { Effort, MemberRequest } from "./request.js";
import { requestSchemas } from "./request-input.js";

const folder = "requests/";

/** Is this a path of an inventory at which a request lies? */
export function isRequestFile(path: string): boolean {
  return path.startsWith(folder) && path.endsWith(".yaml");
}

export interface LoadedRequests {
  /** In the order in which they were asked. */
  readonly requests: readonly MemberRequest[];
  readonly findings: readonly Finding[];
}

/** The requests among an inventory's files. Those with findings are left out. */
export function loadRequests(files: ReadonlyMap<string, string>): LoadedRequests {
  const loaded = [...files].filter(([path]) => path.startsWith(folder)).map(([path, text]) => loadRequest(path, text));
  const requests = loaded.flatMap(({ request }) => request ?? []);
  return {
    requests: requests.sort((one, other) => one.askedAtMs - other.askedAtMs || (one.id < other.id ? -1 : 1)),
    findings: loaded.flatMap(({ findings }) => findings),
  };
}

interface LoadedRequest {
  readonly request?: MemberRequest;
  readonly findings: readonly Finding[];
}

function loadRequest(path: string, text: string): LoadedRequest {
  if (hasOtherEnding(path)) return { findings: [{ path: [], message: otherEnding, file: path, line: 1, column: 1 }] };
  const id = path.slice(folder.length).replace(/\.yaml$/, "");
  if (!isRequestFile(path) || !/^[a-z0-9][a-z0-9-]{0,99}$/.test(id)) {
    const message = "is no place of a request: requests/ID.yaml, of lower-case letters, digits and hyphens";
    return { findings: [{ path: [], message, file: path, line: 1, column: 1 }] };
  }
  const change = changeOf(text, path);
  if (typeof change !== "string") return { findings: change };
  const common = <Change extends RequestChange>(
    file: Pick<YamlFile<unknown>, "locate">,
    value: Common,
    of: Change,
  ) => ({
    id,
    file: path,
    change: of,
    member: value.member,
    askedBy: value.askedBy,
    askedAtMs: Date.parse(value.askedAt),
    date: value.date,
    kind: value.kind,
    reverts: value.reverts,
    locate: (at: Finding["path"], message: string) => file.locate({ path: at, message }),
  });
  switch (change) {
    case "create": {
      const file = parseYamlFile(requestSchemas.create, path, text);
      if (file.value === undefined) return { findings: file.findings };
      const { service, template, host, level, values } = file.value;
      return { request: { ...common(file, file.value, change), service, template, host, level, values }, findings: [] };
    }
    case "change": {
      const file = parseYamlFile(requestSchemas.change, path, text);
      if (file.value === undefined) return { findings: file.findings };
      const { service, host, level, values = {} } = file.value;
      return { request: { ...common(file, file.value, change), service, host, level, values }, findings: [] };
    }
    case "end": {
      const file = parseYamlFile(requestSchemas.end, path, text);
      if (file.value === undefined) return { findings: file.findings };
      return { request: { ...common(file, file.value, change), service: file.value.service }, findings: [] };
    }
    case "work": {
      const file = parseYamlFile(requestSchemas.work, path, text);
      if (file.value === undefined) return { findings: file.findings };
      return { request: { ...common(file, file.value, change), ...workOf(file.value) }, findings: [] };
    }
  }
}

type Common = Pick<z.output<typeof requestSchemas.end>, "member" | "askedBy" | "askedAt" | "date" | "kind" | "reverts">;

function workOf(value: z.output<typeof requestSchemas.work>) {
  const { title, description, service, targetDate, fixedPrice, estimate, effort = [] } = value;
  return {
    title,
    description,
    service,
    targetDate,
    fixedPrice,
    interrupted: value.interrupted ?? false,
    outsideService: value.outsideService ?? false,
    ours: value.ours ?? false,
    done: value.done ?? false,
    estimateSeconds: estimate === undefined ? undefined : parsePeriod(estimate),
    effort: effort.map(({ start, minutes, by }): Effort => ({ startMs: Date.parse(start), minutes, by })),
  };
}

/** What a file asks for decides which keys it may have. */
function changeOf(text: string, path: string): RequestChange | readonly Finding[] {
  const file = parseYamlFile(requestSchemas.end, path, text);
  const { input } = file;
  if (typeof input !== "object" || input === null) return file.findings;
  const { change } = input as { readonly change?: unknown };
  const known = requestChanges.find((each) => each === change);
  if (known !== undefined) return known;
  const message = `must say what is asked for: ${requestChanges.join(", ")}`;
  return [file.locate({ path: change === undefined ? [] : ["change"], message })];
}
