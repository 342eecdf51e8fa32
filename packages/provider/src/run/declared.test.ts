import { checkHostInventory, type Finding, type HostSpec, type MemberSpec } from "@allmende/model";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Declaration, type DeclarationKind, parseDeclaration } from "../resources/declaration.js";
import { hostInput } from "../testing/inputs.js";
import { DeclaredHosts } from "./declared.js";

function declare(kind: DeclarationKind, input: object): Declaration {
  const { declaration, findings } = parseDeclaration(kind, input as never);
  if (declaration === undefined) throw new Error(JSON.stringify(findings));
  return declaration;
}

/** The rules without any shortcut: everything is judged again at every resource. */
class JudgedAnew {
  readonly #declared = new Map<string, Declaration>();

  add(urn: string, declaration: Declaration): Finding[] {
    this.#declared.delete(urn);
    const before = new Set(this.#findings(declaration.host).map(({ message }) => message));
    this.#declared.set(urn, declaration);
    const own = this.#findings(declaration.host).filter(({ message }) => !before.has(message));
    if (own.some(({ path }) => path[0] !== "host")) this.#declared.delete(urn);
    return own;
  }

  #findings(host: HostSpec): Finding[] {
    const members = new Map<string, MemberSpec>();
    for (const each of this.#declared.values()) {
      if (each.kind !== "host") members.set(`${each.member.name} ${each.member.number}`, each.member);
    }
    const services = [...this.#declared.values()].flatMap((each) => (each.kind === "service" ? [each.service] : []));
    return checkHostInventory({ host, members: [...members.values()], services });
  }
}

const host = fc.record({
  port: fc.constantFrom(22, 2222),
  ram: fc.constantFrom("1GiB", "64GiB"),
  name: fc.constantFrom("web1", "web1", "web1", "web2"),
});
const member = fc.constantFrom(
  { name: "anna", number: 1001 },
  { name: "bert", number: 1002 },
  { name: "cora", number: 1003 },
  { name: "anna", number: 1002 },
);
const service = fc.record({
  name: fc.constantFrom("web", "web-data", "shop", "data-volume", "web-data-volume", "common-network"),
  ram: fc.constantFrom("64MiB", "512MiB"),
  ports: fc.dictionary(fc.constantFrom("one", "two"), fc.constantFrom(2222, 8080, 8081, 8082), { maxKeys: 2 }),
  volumes: fc.dictionary(fc.constantFrom("data", "data-volume"), fc.constantFrom("/data", "/more"), { maxKeys: 1 }),
  networks: fc.uniqueArray(fc.constantFrom("common", "web"), { maxLength: 2 }),
  replaces: fc.option(fc.constantFrom("web", "shop"), { nil: undefined }),
});
const step = fc.record({
  urn: fc.nat({ max: 9 }),
  kind: fc.constantFrom("host", "member", "service", "service", "service"),
  host,
  member,
  service,
});

test("a look at what a resource touches finds what a look at everything finds", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 14 }), (steps) => {
      const declared = new DeclaredHosts();
      const anew = new Map([...["web1", "web2"].map((name) => [name, new JudgedAnew()] as const)]);
      for (const step of steps) {
        const place = { ...hostInput, ...step.host, reserve: "128MiB" };
        const input = {
          host: place,
          member: { ...step.member, host: place },
          service: {
            ...step.service,
            host: place,
            member: step.member,
            image: "registry.allmende.test/static-site:1",
          },
        }[step.kind as DeclarationKind];
        let declaration: Declaration;
        try {
          declaration = declare(step.kind as DeclarationKind, input);
        } catch {
          continue;
        }
        const urn = `${step.host.name} ${step.urn}`;
        expect(declared.add(urn, declaration, undefined)).toEqual(anew.get(step.host.name)?.add(urn, declaration));
      }
    }),
    { numRuns: 1000 },
  );
});

test("shares of a host are all counted", () => {
  const declared = new DeclaredHosts();
  const input = (index: number) => ({
    host: { ...hostInput, ram: "64GiB" },
    member: { name: `member${index % 7}`, number: 1000 + (index % 7) },
    name: `site-${index}`,
    image: "registry.allmende.test/static-site:1",
    ram: "128MiB",
    ports: { web: 10_000 + index },
  });
  const all = Array.from({ length: 300 }, (_, index) => declare("service", input(index)));
  expect(all.flatMap((each, index) => declared.add(`service ${index}`, each, undefined))).toEqual([]);
  const [first] = all as [Declaration];
  const { soldBytes } = declared.admission(first.host, undefined);
  declared.add("service 0", first, undefined);
  expect(declared.admission(first.host, undefined).soldBytes).toBe(soldBytes);
});
