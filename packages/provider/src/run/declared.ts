import {
  type Admission,
  admissionOf,
  checkHostInventory,
  type Finding,
  type HostInventory,
  type HostSpec,
  type MemberSpec,
} from "@allmende/model";
import type { Declaration } from "../resources/declaration.js";

/**
 * What this run has declared so far, per host. The engine checks one resource after the other, so the rules that
 * concern a whole host are judged at every resource, against those that came before it.
 */
export class DeclaredHosts {
  /** Host name, then URN: a resource that is checked again replaces what it said before. */
  readonly #hosts = new Map<string, Map<string, Declaration>>();

  /** Notes a resource, and says what is wrong with its host because of it. `ramBytes`: what the host itself reports. */
  add(urn: string, declaration: Declaration, ramBytes: number | undefined): Finding[] {
    const declared = this.#of(declaration.host.name);
    declared.delete(urn);
    declared.set(urn, declaration);
    const findings = checkHostInventory(inventoryOf(declaration.host, declared, ramBytes));
    if (findings.length === 0) return [];
    const before = new Map([...declared].filter(([other]) => other !== urn));
    const known = new Set(checkHostInventory(inventoryOf(declaration.host, before, ramBytes)).map(messageOf));
    const own = findings.filter((finding) => !known.has(messageOf(finding)));
    // What takes another's port or name does not get it; RAM is summed up in any case, so that the last sum is the whole.
    if (own.some((finding) => finding.path[0] !== "host")) declared.delete(urn);
    return own;
  }

  /** RAM sold on a host so far. */
  admission(host: HostSpec, ramBytes: number | undefined): Admission {
    return admissionOf(inventoryOf(host, this.#of(host.name), ramBytes));
  }

  #of(host: string): Map<string, Declaration> {
    const found = this.#hosts.get(host) ?? new Map<string, Declaration>();
    this.#hosts.set(host, found);
    return found;
  }
}

const messageOf = (finding: Finding) => finding.message;

function inventoryOf(
  host: HostSpec,
  declared: ReadonlyMap<string, Declaration>,
  ramBytes: number | undefined,
): HostInventory {
  const declarations = [...declared.values()];
  const members = new Map<string, MemberSpec>();
  for (const declaration of declarations) {
    if (declaration.kind === "host") continue;
    const { name, number } = declaration.member;
    members.set(`${name} ${number}`, declaration.member);
  }
  return {
    host: { ...host, ramBytes: host.ramBytes ?? ramBytes },
    members: [...members.values()],
    services: declarations.flatMap((each) => (each.kind === "service" ? [each.service] : [])),
  };
}
