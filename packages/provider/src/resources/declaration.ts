import {
  type Finding,
  type HostSpec,
  type MemberSpec,
  type Parsed,
  parseHost,
  parseMember,
  parseService,
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

/** Stands in for a host key that is not known before its server exists; never used to connect. */
const placeholderHostKey = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${"A".repeat(43)}`;

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
      const isRenderable = kind === "host" || unknown.every((path) => path[0] === "host");
      return { findings: [], declaration: parsed.value, unknown, isRenderable };
    }
    const findings = parsed.findings.filter((finding) => !unknown.some((path) => touches(path, finding.path)));
    return { findings, declaration: undefined, unknown, isRenderable: false };
  },
);

const keyOfInput = (input: unknown) => JSON.stringify(input ?? null);
const parseHostOnce = memoize(recentResources, keyOfInput, parseHost);
const parseMemberOnce = memoize(recentResources, keyOfInput, parseMember);

function parseKind(kind: DeclarationKind, inputs: PropertyMap): Parsed<Declaration> {
  const { host: hostInput, member: memberInput, ...own } = inputs;
  if (kind === "host") return combine({ host: parseHostOnce(inputs) }, ({ host }) => ({ kind, host }));
  const host = beneath("host", parseHostOnce(hostInput));
  if (kind === "member") return combine({ host, member: parseMemberOnce(own) }, (parts) => ({ kind, ...parts }));
  const member = beneath("member", parseMemberOnce(memberInput));
  // Whatever is wrong with the member is said once, with the member's own paths.
  const service = parseService({ ...own, member: member.ok ? member.value.name : "placeholder" });
  return combine({ host, member, service }, (parts) => ({ kind, ...parts }));
}

function beneath<T>(property: string, parsed: Parsed<T>): Parsed<T> {
  if (parsed.ok) return parsed;
  return { ok: false, findings: parsed.findings.map((each) => ({ ...each, path: [property, ...each.path] })) };
}

/** All values, or the findings of all. */
function combine<Parts extends object>(
  parts: { readonly [Name in keyof Parts]: Parsed<Parts[Name]> },
  change: (values: Parts) => Declaration,
): Parsed<Declaration> {
  const entries = Object.entries<Parsed<unknown>>(parts);
  const findings = entries.flatMap(([, part]) => (part.ok ? [] : part.findings));
  if (findings.length > 0) return { ok: false, findings };
  const values = entries.map(([name, part]) => [name, part.ok ? part.value : undefined]);
  return { ok: true, value: change(Object.fromEntries(values) as Parts) };
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
