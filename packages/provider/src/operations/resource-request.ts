import { UserError } from "@allmende/model";
import { type Declaration, type DeclarationKind, parseDeclaration } from "../resources/declaration.js";
import type { ResourceType } from "../schema/property.js";
import { hostType, memberType, resourceTypes, serviceType } from "../schema/resource-types.js";
import { type PropertyMap, renderPath } from "../wire/values.js";

/** What every request about a resource begins with. */
export interface ResourceKind {
  readonly kind: DeclarationKind;
  readonly type: ResourceType;
}

const kinds: Readonly<Record<string, ResourceKind>> = {
  [hostType.token]: { kind: "host", type: hostType },
  [memberType.token]: { kind: "member", type: memberType },
  [serviceType.token]: { kind: "service", type: serviceType },
};

/** The type of a resource, by its URN: `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME`. */
export function tokenOfUrn(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

/** The kind of a resource that is on a host, by its URN; host keys and patch runs are none, they have no files. Throws `unknown-type`. */
export function kindOfUrn(urn: string): ResourceKind {
  const token = tokenOfUrn(urn);
  const kind = kinds[token];
  if (kind !== undefined) return kind;
  throw new UserError(`There is no resource type "${token}".`, {
    code: "unknown-type",
    concerns: urn,
    nextStep: `Use one of: ${resourceTypes.map((type) => type.token).join(", ")}.`,
  });
}

/** A declaration that must be complete, as after a successful check. Throws `bad-inputs` with all findings. */
export function requireDeclaration(kind: DeclarationKind, inputs: PropertyMap, urn: string): Declaration {
  const { declaration, findings } = parseDeclaration(kind, inputs);
  if (declaration !== undefined) return declaration;
  const reasons = findings.map(({ path, message }) => `${renderPath(path)} ${message}`);
  throw new UserError(`The ${kind} is not declared completely: ${reasons.join("; ")}.`, {
    code: "bad-inputs",
    concerns: urn,
    nextStep: "Run `pulumi preview`, and correct what it says.",
  });
}
