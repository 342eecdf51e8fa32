import type { ResourceId } from "@allmende/host";
import {
  type Admission,
  admissionOf,
  checkHostInventory,
  type Finding,
  type Holding,
  type HostInventory,
  type HostSpec,
  holdingsOfMember,
  holdingsOfService,
  type MemberSpec,
  type ServiceSpec,
} from "@allmende/model";
import type { Declaration } from "../resources/declaration.js";
import { resourceId } from "../resources/identity.js";
import { Holdings } from "./holdings.js";

/**
 * What this run has declared so far, per host. The engine checks one resource after the other, so the rules that
 * concern a whole host are judged at every resource, against those that came before it.
 */
export class DeclaredHosts {
  readonly #hosts = new Map<string, DeclaredHost>();

  /** Notes a resource, and says what is wrong with its host because of it. `ramBytes`: what the host itself reports. */
  add(urn: string, declaration: Declaration, ramBytes: number | undefined): Finding[] {
    return this.#of(declaration.host.name).add(urn, declaration, ramBytes);
  }

  /** RAM sold on a host so far. */
  admission(host: HostSpec, ramBytes: number | undefined): Admission {
    return this.#of(host.name).admission(host, ramBytes);
  }

  /** Has the program declared this resource of the host so far? */
  isDeclared(host: HostSpec, id: ResourceId): boolean {
    return this.#of(host.name).isDeclared(id);
  }

  #of(host: string): DeclaredHost {
    const found = this.#hosts.get(host) ?? new DeclaredHost();
    this.#hosts.set(host, found);
    return found;
  }
}

class DeclaredHost {
  /** By URN: a resource that is checked again replaces what it said before. */
  readonly #declared = new Map<string, Declaration>();
  readonly #services = new Map<string, ServiceSpec>();
  readonly #holdings = new Holdings();

  add(urn: string, declaration: Declaration, ramBytes: number | undefined): Finding[] {
    this.#delete(urn);
    const isHarmless = this.#isHarmless(urn, declaration);
    this.#declared.set(urn, declaration);
    this.#holdings.add(holdingsOf(urn, declaration));
    if (declaration.kind === "service") this.#services.set(urn, declaration.service);
    const { soldBytes, limitBytes } = this.admission(declaration.host, ramBytes);
    if (isHarmless && (limitBytes === undefined || soldBytes <= limitBytes)) return [];
    const own = this.#findingsBy(urn, declaration, ramBytes);
    // What takes another's port or name does not get it; RAM is summed up in any case, so that the last sum is the whole.
    if (own.some((finding) => finding.path[0] !== "host")) this.#delete(urn);
    return own;
  }

  admission(host: HostSpec, ramBytes: number | undefined): Admission {
    const services = [...this.#services.values()];
    return admissionOf({ host: { ...host, ramBytes: host.ramBytes ?? ramBytes }, members: [], services });
  }

  isDeclared(id: ResourceId): boolean {
    return [...this.#declared.values()].some((declaration) => resourceId(declaration) === id);
  }

  #delete(urn: string): void {
    const before = this.#declared.get(urn);
    if (before === undefined) return;
    this.#holdings.remove(holdingsOf(urn, before));
    this.#declared.delete(urn);
    this.#services.delete(urn);
  }

  /** RAM aside, is nothing wrong with it alone, and does it touch nothing of the others? Then they need no other look. */
  #isHarmless(urn: string, declaration: Declaration): boolean {
    if (this.#holdings.isContested(holdingsOf(urn, declaration))) return false;
    return checkHostInventory(inventoryOf(declaration.host, [declaration], undefined)).length === 0;
  }

  /** What is wrong with the host now, and was not without this resource. */
  #findingsBy(urn: string, { host }: Declaration, ramBytes: number | undefined): Finding[] {
    const findings = checkHostInventory(inventoryOf(host, [...this.#declared.values()], ramBytes));
    const others = [...this.#declared].flatMap(([other, each]) => (other === urn ? [] : [each]));
    const known = new Set(checkHostInventory(inventoryOf(host, others, ramBytes)).map(messageOf));
    return findings.filter((finding) => !known.has(messageOf(finding)));
  }
}

const messageOf = (finding: Finding) => finding.message;

function holdingsOf(urn: string, declaration: Declaration): Holding[] {
  if (declaration.kind === "host") return [];
  const ofMember = holdingsOfMember(declaration.member);
  return declaration.kind === "member" ? ofMember : [...ofMember, ...holdingsOfService(declaration.service, urn)];
}

function inventoryOf(
  host: HostSpec,
  declarations: readonly Declaration[],
  ramBytes: number | undefined,
): HostInventory {
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
