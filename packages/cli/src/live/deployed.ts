import {
  AllmendeError,
  type Finding,
  type HostSpec,
  type MemberSpec,
  type Parsed,
  parseHost,
  parseMember,
  parseService,
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
    const kind = resource.type.split(":").at(-1);
    const hostInput = kind === "Host" ? resource.inputs : resource.inputs["host"];
    const host = parsed(parseHost(hostInput), resource);
    const entry = hosts.get(host.name) ?? {
      host,
      provider: resource.provider,
      resources: [],
      members: [],
      services: [],
    };
    // A member's or service's copy of the host may lack what only the host's own resource says (RAM).
    hosts.set(host.name, kind === "Host" ? { ...entry, host } : entry);
    entry.resources.push(resource);
    if (kind === "Member") entry.members.push(memberOf(resource));
    if (kind === "Service") entry.services.push(serviceOf(resource));
  }
  return [...hosts.values()].map(({ provider, ...entry }) => ({
    ...entry,
    credentials: credentialsOf(deployment.providers.get(provider ?? "") ?? {}),
  }));
}

function memberOf({ inputs, ...resource }: DeployedResource): MemberSpec {
  return parsed(parseMember({ name: inputs["name"], number: inputs["number"] }), { inputs, ...resource });
}

function serviceOf(resource: DeployedResource): ServiceSpec {
  const { host: _, member, secrets, registryLogin, ...inputs } = resource.inputs;
  const name = typeof member === "object" && member !== null ? (member as { name?: unknown }).name : member;
  return parsed(
    parseService({
      ...inputs,
      member: name,
      ...(isRecord(secrets) && {
        secrets: Object.fromEntries(Object.entries(secrets).map(([key, secret]) => [key, secretInput(secret)])),
      }),
      ...(isRecord(registryLogin) && {
        registryLogin: { ...registryLogin, password: registryLogin["password"] ?? closedSecret },
      }),
    }),
    resource,
  );
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
