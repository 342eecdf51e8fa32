import {
  type Finding,
  type HostSpec,
  type MemberSpec,
  type Parsed,
  parseHost,
  parseMember,
  parseMemberOnHost,
  parseServiceOnHost,
  placeholderHostKey,
  type ServiceSpec,
} from "@allmende/model";
import { isMap, type PropertyMap, type PropertyPath, revealMap, unknownPaths, unknownValue } from "../wire/values.js";
import { memoize } from "./memo.js";
import { declaredInputs } from "./outputs.js";

/** What one Pulumi resource declares, validated. */
export type Declaration =
  | { readonly kind: "host"; readonly host: HostSpec }
  | { readonly kind: "member"; readonly host: HostSpec; readonly member: MemberSpec }
  | { readonly kind: "service"; readonly host: HostSpec; readonly member: MemberSpec; readonly service: ServiceSpec };

export type DeclarationKind = Declaration["kind"];

export interface ParsedDeclaration {
  /** Everything wrong, apart from what cannot be judged because it is not known yet. */
  readonly findings: readonly Finding[];
  /** Undefined when something is wrong, or when too much is unknown. Unknown texts in it read `unknownValue`. */
  readonly declaration: Declaration | undefined;
  /** What is not known yet. */
  readonly unknown: readonly PropertyPath[];
  /** Is everything known that files are rendered from? How a host is reached is not among that. */
  readonly isRenderable: boolean;
}

/** Parses inputs of a resource. Secrets in the result are plain, so it must not be logged. */
export function parseDeclaration(kind: DeclarationKind, marked: PropertyMap): ParsedDeclaration {
  return parseRevealed({ kind, inputs: revealMap(declaredInputs(marked)) });
}

/** More than the engine works on at a time (`--parallel 200`): a preview comes after other resources were checked. */
const recentResources = 256;

const parseRevealed = memoize(
  recentResources,
  (request: { readonly kind: DeclarationKind; readonly inputs: PropertyMap }) => JSON.stringify(request),
  ({ kind, inputs }): ParsedDeclaration => {
    const unknown = unknownPaths(inputs);
    const parsed = parseKind(kind, unknown.length === 0 ? inputs : withPlaceholders(kind, inputs));
    if (parsed.ok) {
      const isRenderable = unknown.every(([name]) => (kind === "host" ? name !== "unitFailures" : name === "host"));
      return { findings: [], declaration: parsed.value, unknown, isRenderable };
    }
    const findings = parsed.findings.filter((finding) => !unknown.some((path) => touches(path, finding.path)));
    return { findings, declaration: undefined, unknown, isRenderable: false };
  },
);

const keyOfInput = (input: unknown) => JSON.stringify(input ?? null);
const parsers = {
  host: memoize(recentResources, keyOfInput, parseHost),
  member: memoize(recentResources, keyOfInput, parseMember),
};

function parseKind(kind: DeclarationKind, inputs: PropertyMap): Parsed<Declaration> {
  if (kind === "member") return mapParsed(parseMemberOnHost(inputs, parsers), (parts) => ({ kind, ...parts }));
  if (kind === "service") return mapParsed(parseServiceOnHost(inputs, parsers), (parts) => ({ kind, ...parts }));
  return mapParsed(parsers.host(inputs), (host) => ({ kind, host }));
}

function mapParsed<T>(parsed: Parsed<T>, change: (value: T) => Declaration): Parsed<Declaration> {
  return parsed.ok ? { ok: true, value: change(parsed.value) } : parsed;
}

/** Does one path lead to or through the other? */
function touches(one: PropertyPath, other: PropertyPath): boolean {
  const length = Math.min(one.length, other.length);
  return one.slice(0, length).every((step, index) => step === other[index]);
}

/** Unknown host keys would hide everything else about a service on a host that does not exist yet. */
function withPlaceholders(kind: DeclarationKind, inputs: PropertyMap): PropertyMap {
  const withKey = (host: PropertyMap): PropertyMap =>
    host["hostKey"] === unknownValue ? { ...host, hostKey: placeholderHostKey } : host;
  if (kind === "host") return withKey(inputs);
  return isMap(inputs["host"]) ? { ...inputs, host: withKey(inputs["host"]) } : inputs;
}
