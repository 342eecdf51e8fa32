import { parseServiceFile, type ServiceSpec } from "@allmende/model";
import { compileService, oldestPodman } from "@allmende/quadlet";
import { parseFieldValue } from "@allmende/requests";
import fc from "fast-check";
import { expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { type HostileRequest, hostileRequest, planHostile, twinOf } from "./hostile-requests.js";

const cases = 10_000;
const context = { podman: oldestPodman, secretsDirectory: "/etc/allmende/secrets/x", memberNumber: 1042 };

/** Every leaf of plain data by its path. */
function leaves(data: unknown, path = ""): [string, unknown][] {
  if (typeof data !== "object" || data === null) return [[path, data]];
  return Object.entries(data).flatMap(([key, value]) => leaves(value, `${path}/${key}`));
}

/** Where the services of the request differ from those with a harmless value. */
function differences(request: HostileRequest, services: unknown): { path: string; value: unknown }[] {
  const harmless = new Map(leaves(twinOf(request).plan.services));
  const own = new Map(leaves(services));
  return [...new Set([...harmless.keys(), ...own.keys()])]
    .filter((path) => !Object.is(harmless.get(path), own.get(path)))
    .map((path) => ({ path, value: own.get(path) }));
}

function specOf(input: unknown, name: string): ServiceSpec {
  const parsed = parseServiceFile(input, name);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.findings));
  return parsed.value;
}

/** Sections and keys of a unit, in order. */
function shapeOf(service: ServiceSpec): string[] {
  const [unit] = compileService(service, context);
  return (unit?.text ?? "").split("\n").map((line) => (line.startsWith("[") ? line : (line.split("=")[0] ?? "")));
}

function checkRefusal(
  request: HostileRequest,
  findings: readonly { path: readonly unknown[]; message: string }[],
): void {
  expect(findings).toHaveLength(1);
  expect(findings[0]?.path).toEqual([request.field.name]);
  expect(findings[0]?.message).toMatch(/^[^\p{Cc}\p{Cf}]{5,300}$/u);
}

function checkAcceptance(request: HostileRequest, services: Readonly<Record<string, unknown>>): void {
  const { field, value } = request;
  const isEmpty = value === null || value === "";
  const parsed = isEmpty ? undefined : parseFieldValue(field, value, "en");
  if (parsed !== undefined && !parsed.ok) throw new Error("was accepted although it is refused");
  const meant = parsed?.value ?? field.default;
  // Text stays as it is, to the letter.
  if (!isEmpty && ["domain", "email", "gitUrl", "image", "text", "choice", "size"].includes(field.type))
    expect(meant).toBe(value);
  for (const difference of differences(request, services)) {
    // A secret's value is never a part of a request; what differs is whether there is one.
    if (field.type === "secret") expect(difference.path).toContain("/secrets/");
    else expect(difference.value).toBe(meant);
  }
  for (const [name, service] of Object.entries(services)) {
    expect(parse(stringify(service))).toEqual(service);
    const twin = twinOf(request).plan.services[name];
    if (field.type === "boolean" || isEmpty) specOf(service, name);
    else expect(shapeOf(specOf(service, name))).toEqual(shapeOf(specOf(twin, name)));
  }
}

it(`refuses ${cases} hostile values, or carries them unchanged`, { timeout: 120_000 }, () => {
  let accepted = 0;
  const refused = new Set<string>();
  fc.assert(
    fc.property(hostileRequest, (request) => {
      const plan = planHostile(request);
      if (!plan.ok) {
        refused.add(request.field.type);
        checkRefusal(request, plan.findings);
        return;
      }
      accepted += 1;
      checkAcceptance(request, plan.value.services);
    }),
    { numRuns: cases },
  );
  // Neither half is there for nothing.
  expect(accepted).toBeGreaterThan(cases / 50);
  expect(refused.size).toBeGreaterThan(5);
});

it("refuses names that are none, and fields that are not there", () => {
  const request = fc.sample(hostileRequest, 1)[0] as HostileRequest;
  for (const name of ["../anna", "Anna", "a b", "anna.service", "dbus", "", "x".repeat(51), "a\nb", "änna"]) {
    expect(planHostile({ ...request, value: twinOf(request).value }, name).ok, JSON.stringify(name)).toBe(false);
  }
  for (const field of ["__proto__", "constructor", "toString", "imgae"]) {
    const values = JSON.parse(`{ ${JSON.stringify(field)}: 1 }`);
    const plan = planHostileWith(request, values);
    expect(plan.ok ? [] : plan.findings.map(({ path }) => path), field).toContainEqual([field]);
  }
});

function planHostileWith(request: HostileRequest, values: Record<string, unknown>) {
  return planHostile({ ...request, field: { ...request.field, name: Object.keys(values)[0] ?? "" } });
}
