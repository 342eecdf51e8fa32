import type * as z from "zod";
import type { Finding } from "./finding.js";
import { healthOf } from "./health-input.js";
import { connectionProblems, hostInputSchema, hostOf } from "./host-input.js";
import { memberInputSchema } from "./member-input.js";
import type { Parsed } from "./parsed.js";
import { portsOf } from "./ports.js";
import { applySchema } from "./schema-findings.js";
import { secretsOf } from "./secrets-input.js";
import { checkServiceInput } from "./service-checks.js";
import { type ServiceOutput, serviceInputSchema } from "./service-input.js";
import type { HostSpec, MemberSpec, ServiceSpec } from "./specs.js";
import { unitFailuresProblems } from "./unit-failures-input.js";

/** A host from what users write. All findings at once. */
export function parseHost(input: unknown): Parsed<HostSpec> {
  return parseWith(hostInputSchema, input, checkHostInput, hostOf);
}

/** A member from what users write. All findings at once. */
export function parseMember(input: unknown): Parsed<MemberSpec> {
  return parseWith(
    memberInputSchema,
    input,
    () => [],
    (member) => member,
  );
}

/** A service from what users write; its secrets must be values by now. All findings at once. */
export function parseService(input: unknown): Parsed<ServiceSpec> {
  return parseWith(serviceInputSchema, input, checkServiceInput, serviceOf);
}

/** Schema and cross checks side by side: neither hides what the other finds. */
export function parseWith<Schema extends z.ZodType, T>(
  schema: Schema,
  input: unknown,
  check: (input: Readonly<Record<string, unknown>>) => Finding[],
  convert: (output: z.output<Schema>) => T,
): Parsed<T> {
  const result = applySchema(schema, input);
  const cross =
    typeof input === "object" && input !== null && !Array.isArray(input)
      ? check(input as Readonly<Record<string, unknown>>)
      : [];
  // Whether a key or its value is meant matters only where there are lines and columns.
  const own = result.findings.map(({ aboutKey: _, ...finding }): Finding => finding);
  const findings = [...own, ...cross];
  return findings.length === 0
    ? { ok: true, value: convert(result.value as z.output<Schema>) }
    : { ok: false, findings };
}

export function checkHostInput(input: Readonly<Record<string, unknown>>): Finding[] {
  const { bastion, ram, reserve, unitFailures } = input;
  const findings: Finding[] = connectionProblems(input).map(({ key, message }) => ({ path: [key], message }));
  if (typeof bastion === "object" && bastion !== null && !Array.isArray(bastion)) {
    findings.push(
      ...connectionProblems(bastion as Record<string, unknown>).map(({ key, message }) => ({
        path: ["bastion", key],
        message,
      })),
    );
  }
  findings.push(...unitFailuresProblems(unitFailures));
  const { ram: ramSchema, reserve: reserveSchema } = hostInputSchema.shape;
  const all = ramSchema.safeParse(ram);
  const kept = reserveSchema.safeParse(reserve);
  if (all.success && kept.success && all.data !== undefined && kept.data >= all.data) {
    findings.push({
      path: ["reserve"],
      message: `${String(reserve)} is all of the host's RAM (${String(ram)}): nothing would be left for services`,
    });
  }
  return findings;
}

function serviceOf(service: ServiceOutput): ServiceSpec {
  const { name, member, image, command, user } = service;
  return {
    name,
    member,
    image,
    ramBytes: service.ram,
    command,
    user: user === undefined ? undefined : String(user),
    ports: portsOf(service.ports),
    volumes: Object.fromEntries(
      Object.entries(service.volumes ?? {}).map(([key, volume]) => [
        key,
        typeof volume === "string" ? { path: volume } : volume,
      ]),
    ),
    tmpfs: service.tmpfs ?? [],
    environment: Object.fromEntries(
      Object.entries(service.environment ?? {}).map(([key, value]) => [key, String(value)]),
    ),
    secrets: secretsOf(service.secrets),
    health: service.health === undefined ? undefined : healthOf(service.health),
    writableRoot: service.writableRoot ?? false,
    capabilities: service.capabilities ?? [],
    networks: service.networks ?? [],
    pidsLimit: service.pidsLimit ?? 512,
    replaces: service.replaces,
    after: service.after?.length ? service.after : undefined,
    deleteData: service.deleteData ?? false,
    registryLogin: service.registryLogin,
  };
}
