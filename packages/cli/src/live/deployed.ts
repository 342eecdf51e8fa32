import {
  AllmendeError,
  type Finding,
  type HostSpec,
  type MemberSpec,
  type Parsed,
  parseHost,
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

/** Groups a stack's resources by the host they are on. Throws when the state holds something that no longer parses. */
export function deployedHosts(deployment: Deployment): DeployedHost[] {
  const hosts = new Map<
    string,
    {
      host: HostSpec;
      provider: string | undefined;
      resources: DeployedResource[];
      members: MemberSpec[];
      services: ServiceSpec[];
    }
  >();
  for (const resource of deployment.resources) {
    const { host, member, service } = partsOf(resource);
    const entry = hosts.get(host.name) ?? {
      host,
      provider: resource.provider,
      resources: [],
      members: [],
      services: [],
    };
    // A member's or service's copy of the host may lack what only the host's own resource says (RAM).
    hosts.set(host.name, kindOf(resource) === "Host" ? { ...entry, host } : entry);
    entry.resources.push(resource);
    if (service !== undefined) entry.services.push(service);
    else if (member !== undefined) entry.members.push(member);
  }
  return [...hosts.values()].map(({ provider, ...entry }) => ({
    ...entry,
    credentials: credentialsOf(deployment.providers.get(provider ?? "") ?? {}),
  }));
}

const kindOf = ({ type }: DeployedResource) => type.split(":").at(-1);

function partsOf(resource: DeployedResource): { host: HostSpec; member?: MemberSpec; service?: ServiceSpec } {
  const { inputs } = resource;
  if (kindOf(resource) === "Member") return parsed(parseMemberOnHost(inputs), resource);
  if (kindOf(resource) === "Service") return parsed(parseServiceOnHost(withoutClosedSecrets(inputs)), resource);
  return { host: parsed(parseHost(inputs), resource) };
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
