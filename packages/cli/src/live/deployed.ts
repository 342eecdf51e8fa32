import { setImmediate } from "node:timers/promises";
import {
  AllmendeError,
  type Finding,
  type HostSpec,
  type MemberSpec,
  type Parsed,
  parseHost,
  parseMember,
  parseMemberOnHost,
  parseServiceOnHost,
  type ServiceSpec,
} from "@allmende/model";
import type { SshCredentials } from "@allmende/ssh";
import { expandHome } from "../paths.js";
import type { DeployedResource, Deployment } from "../stack/deployment.js";

/** A host with everything that a stack brought there. */
export interface DeployedHost {
  readonly host: HostSpec;
  readonly credentials: SshCredentials;
  readonly members: readonly MemberSpec[];
  readonly services: readonly ServiceSpec[];
  /** The state's resources of this host, for their outputs. */
  readonly resources: readonly DeployedResource[];
}

/** What stands in for a secret whose value stays closed; never written anywhere. */
export const closedSecret = "[secret]";

interface Entry {
  readonly host: HostSpec;
  readonly provider: string | undefined;
  readonly resources: DeployedResource[];
  readonly members: MemberSpec[];
  readonly services: ServiceSpec[];
}

/** Groups a stack's resources by the host they are on. Throws when the state holds something that no longer parses. */
export function deployedHosts(deployment: Deployment): DeployedHost[] {
  const collected = new Collected(deployment);
  for (const resource of deployment.resources) collected.add(resource);
  return collected.hosts;
}

/** As `deployedHosts`, with a turn for everything else after each resource: connections are served meanwhile. */
export async function deployedHostsInTurns(deployment: Deployment): Promise<DeployedHost[]> {
  const collected = new Collected(deployment);
  for (const resource of deployment.resources) {
    collected.add(resource);
    await setImmediate();
  }
  return collected.hosts;
}

/** Only what says how the hosts are reached: the resources of the hosts, or one of each host that is declared elsewhere. */
export function hostsOnly(deployment: Deployment): Deployment {
  const seen = new Set<string>();
  const hostsFirst = [...deployment.resources].sort((one, other) => Number(isHost(other)) - Number(isHost(one)));
  const resources = hostsFirst.filter((resource) => {
    const name = JSON.stringify((hostInputOf(resource) as { name?: unknown } | undefined)?.name);
    return !seen.has(name) && seen.add(name);
  });
  return { ...deployment, resources };
}

const isHost = ({ type }: DeployedResource) => type.endsWith(":Host");
const hostInputOf = (resource: DeployedResource) => (isHost(resource) ? resource.inputs : resource.inputs["host"]);

class Collected {
  readonly #providers: Deployment["providers"];
  readonly #hosts = new Map<string, Entry>();
  /** All resources of a host repeat what is declared of it. */
  readonly #parsed = new Map<string, Parsed<HostSpec>>();

  constructor({ providers }: Deployment) {
    this.#providers = providers;
  }

  add(resource: DeployedResource): void {
    const { host, member, service } = this.#partsOf(resource);
    const { provider } = resource;
    const entry = this.#hosts.get(host.name) ?? { host, provider, resources: [], members: [], services: [] };
    // A member's or service's copy of the host may lack what only the host's own resource says (RAM).
    this.#hosts.set(host.name, isHost(resource) ? { ...entry, host } : entry);
    // A patch run has no files: it only says how its host is reached.
    if (resource.type.endsWith(":PatchRun")) return;
    entry.resources.push(resource);
    if (service !== undefined) entry.services.push(service);
    else if (member !== undefined) entry.members.push(member);
  }

  get hosts(): DeployedHost[] {
    return [...this.#hosts.values()].map(({ provider, ...entry }) => ({
      ...entry,
      credentials: credentialsOf(this.#providers.get(provider ?? "") ?? {}),
    }));
  }

  #partsOf(resource: DeployedResource): { host: HostSpec; member?: MemberSpec; service?: ServiceSpec } {
    const { type, inputs } = resource;
    const parsers = { host: (input: unknown) => this.#parseHost(input), member: parseMember };
    if (type.endsWith(":Member")) return parsed(parseMemberOnHost(inputs, parsers), resource);
    if (type.endsWith(":Service")) return parsed(parseServiceOnHost(withoutClosedSecrets(inputs), parsers), resource);
    return { host: parsed(parsers.host(type.endsWith(":PatchRun") ? inputs["host"] : inputs), resource) };
  }

  #parseHost(input: unknown): Parsed<HostSpec> {
    const key = JSON.stringify(input) ?? "";
    const host = this.#parsed.get(key) ?? parseHost(withoutClosedPassword(input));
    this.#parsed.set(key, host);
    return host;
  }
}

/** Inputs of a host with something in the place of its mail server's password when that stays closed: a user never stands alone. */
function withoutClosedPassword(input: unknown): unknown {
  if (!isRecord(input) || !isRecord(input["unitFailures"])) return input;
  const { smtp } = input["unitFailures"];
  if (!isRecord(smtp) || smtp["user"] === undefined) return input;
  const closed = { ...smtp, password: smtp["password"] ?? closedSecret };
  return { ...input, unitFailures: { ...input["unitFailures"], smtp: closed } };
}

/** Inputs of a service with something in the place of secrets that stay closed. */
function withoutClosedSecrets(inputs: DeployedResource["inputs"]): object {
  const { secrets, registryLogin } = inputs;
  return {
    ...inputs,
    ...(isRecord(secrets) && {
      secrets: Object.fromEntries(Object.entries(secrets).map(([key, secret]) => [key, secretInput(secret)])),
    }),
    ...(isRecord(registryLogin) && {
      registryLogin: { ...registryLogin, password: registryLogin["password"] ?? closedSecret },
    }),
  };
}

function secretInput(secret: unknown): unknown {
  return isRecord(secret) ? { ...secret, value: secret["value"] ?? closedSecret } : (secret ?? closedSecret);
}

function credentialsOf(settings: Readonly<Record<string, unknown>>): SshCredentials {
  const text = (name: string) => (typeof settings[name] === "string" ? settings[name] : undefined);
  const file = text("privateKeyFile");
  const agentSocket = text("agent") ?? process.env["SSH_AUTH_SOCK"];
  return {
    ...(agentSocket && { agentSocket }),
    ...(file && { privateKeyPath: expandHome(file) }),
    ...(text("privateKey") && { privateKey: text("privateKey") }),
    ...(text("passphrase") && { passphrase: text("passphrase") }),
  };
}

function parsed<T>(result: Parsed<T>, resource: DeployedResource): T {
  if (result.ok) return result.value;
  const findings = result.findings.map(({ path, message }: Finding) => `${path.join(".")}: ${message}`).join("; ");
  throw new AllmendeError(`the stack's state of ${resource.urn.split("::").at(-1)} cannot be read: ${findings}`, {
    code: "bad-state",
    concerns: resource.urn,
    nextStep: "run `allmende up`: it writes the state anew",
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
