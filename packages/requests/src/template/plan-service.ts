import { isFieldReference } from "./references.js";
import { secretName } from "./secret-name.js";
import type {
  FieldValue,
  Placement,
  PlannedService,
  TemplatePort,
  TemplateSecret,
  TemplateService,
} from "./template.js";

/** What all services of a member that ask for it share. */
const memberNetwork = "shared";

export interface ServiceContext {
  /** By field; without those that stay empty. */
  readonly values: ReadonlyMap<string, FieldValue>;
  readonly placement: Placement;
  /** Name of the service that a key of the template becomes. */
  readonly nameOf: (key: string) => string;
  /** Of the template's own; undefined when it has only one service. */
  readonly network: string | undefined;
}

/** One service with every reference replaced by what it stands for, whole. */
export function planService(service: TemplateService, context: ServiceContext): PlannedService {
  const { values, placement, nameOf } = context;
  const network = service.network === "member" ? memberNetwork : context.network;
  // Places that need a value have one: that is checked before, for the template and for the values.
  const fill = <T>(place: unknown): T => (isFieldReference(place) ? values.get(place.field) : place) as T;
  const planned = {
    member: placement.member,
    host: placement.host,
    image: fill<string>(service.image),
    ram: fill<string>(service.ram),
    command: service.command?.map((word) => String(fill(word))),
    user: service.user,
    ports: mapValues(service.ports, (port) => portOf(port, fill)),
    volumes: service.volumes,
    tmpfs: service.tmpfs,
    environment: mapValues(service.environment, (value) =>
      typeof value === "object" && "service" in value ? nameOf(value.service) : fill<FieldValue | undefined>(value),
    ),
    secrets: mapValues(service.secrets, (secret) => secretOf(secret, context)),
    health: service.health,
    writableRoot: fill<boolean | undefined>(service.writableRoot),
    capabilities: service.capabilities,
    networks: network === undefined ? undefined : [network],
    pidsLimit: service.pidsLimit,
    after: service.after?.map(nameOf),
  };
  return structuredClone(withoutEmpty(planned)) as PlannedService;
}

function portOf(port: TemplatePort, fill: <T>(place: unknown) => T): object {
  const [host, container] = [fill<number>(port.host), fill<number>(port.container)];
  return withoutEmpty({ host, container, protocol: port.protocol });
}

function secretOf(secret: TemplateSecret, { values, placement }: ServiceContext): unknown {
  if ("field" in secret && values.get(secret.field) !== true) return undefined;
  const config = secretName(placement, "generate" in secret ? secret.generate : secret.field);
  return secret.as === "environment" ? { value: { config }, as: secret.as } : { config };
}

/** Nothing stays of entries without a value; undefined when nothing is left at all. */
function mapValues<In, Out>(
  entries: Readonly<Record<string, In>> | undefined,
  change: (value: In) => Out | undefined,
): Record<string, Out> | undefined {
  const changed = Object.entries(entries ?? {}).flatMap(([key, value]) => {
    const out = change(value);
    return out === undefined ? [] : [[key, out] as const];
  });
  return changed.length === 0 ? undefined : Object.fromEntries(changed);
}

function withoutEmpty(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
