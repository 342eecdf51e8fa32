import { type MemberSpec, memberUid, type ServiceSpec, serviceOverheadBytes, UserError } from "@allmende/model";
import { compileNetwork, compileService } from "@allmende/quadlet";
import { authFilePath, memberAuthDirectory, memberSecretsDirectory, secretsDirectory, unitDirectory } from "./paths.js";
import { completeTree, defaultRenderContext, type RenderContext, rootFile } from "./render.js";
import type { DeclaredService, DirectoryEntry, ResourceFile, ResourceTree, ResourceUnit } from "./resource.js";

/** Threads of conmon, pasta, the health check's process and catatonit beside the container's own. */
const serviceOverheadTasks = 64;

/** A member's service: Quadlets, secrets, registry login. Throws `wrong-member` when the service is another's. */
export function renderService(
  service: ServiceSpec,
  member: MemberSpec,
  context: RenderContext = defaultRenderContext,
): ResourceTree {
  if (service.member !== member.name) {
    throw new UserError(`Service ${service.name} belongs to ${service.member}, not to ${member.name}.`, {
      code: "wrong-member",
      concerns: service.name,
    });
  }
  const units = unitDirectory(member.number);
  const authFile = service.registryLogin && authFilePath(member.number, service.name);
  const compileContext = {
    podman: context.podman,
    secretsDirectory: secretsDirectory(member.number, service.name),
    ...(authFile === undefined ? {} : { authFile }),
    memberNumber: member.number,
  };
  const files = [
    ...compileService(service, compileContext),
    ...service.networks.map((name) => compileNetwork(name, compileContext)),
  ];
  return completeTree({
    id: `service/${member.name}/${service.name}`,
    member,
    packages: [],
    directories: serviceDirectories(service, member),
    files: [
      ...files.map((unit) => rootFile(`${units}/${unit.name}`, unit.text, "restart")),
      ...secretFiles(service, member),
    ],
    unit: serviceUnit(service, authFile),
    declared: { kind: "service", service: declaredService(service) },
  });
}

function serviceUnit(service: ServiceSpec, authFile: string | undefined): ResourceUnit {
  const environmentSecrets = Object.keys(service.secrets).filter((key) => service.secrets[key]?.as === "environment");
  return {
    name: `${service.name}.service`,
    ramBytes: service.ramBytes,
    memoryMaxBytes: service.ramBytes + serviceOverheadBytes,
    tasksMax: service.pidsLimit + serviceOverheadTasks,
    image: service.image,
    authFile,
    ports: Object.values(service.ports).map(({ host, protocol }) => ({ port: host, protocol })),
    volumes: Object.keys(service.volumes).map((volume) => `${service.name}-${volume}`),
    podmanSecrets: environmentSecrets.map((key) => `${service.name}-${key}`),
    networks: service.networks,
  };
}

/** Directories that only root and the member may enter: what lies in them may then be readable inside the container. */
function serviceDirectories(service: ServiceSpec, { number }: MemberSpec): DirectoryEntry[] {
  const closed = { mode: 0o750, owner: "root", group: memberUid(number) };
  const directories: DirectoryEntry[] = [{ path: unitDirectory(number), mode: 0o755, owner: "root", group: "root" }];
  if (Object.keys(service.secrets).length > 0) {
    directories.push({ ...closed, path: memberSecretsDirectory(number) });
    directories.push({ ...closed, path: secretsDirectory(number, service.name) });
  }
  if (service.registryLogin !== undefined) directories.push({ ...closed, path: memberAuthDirectory(number) });
  return directories;
}

function secretFiles(service: ServiceSpec, { number }: MemberSpec): ResourceFile[] {
  const files: ResourceFile[] = Object.entries(service.secrets).map(([key, { value }]) => ({
    path: `${secretsDirectory(number, service.name)}/${key}`,
    mode: 0o444,
    owner: "root",
    group: "root",
    content: value,
    secret: true,
    effect: "restart",
  }));
  if (service.registryLogin !== undefined) {
    const { username, password } = service.registryLogin;
    const registry = service.image.slice(0, service.image.indexOf("/"));
    const auth = Buffer.from(`${username}:${password}`).toString("base64");
    files.push({
      path: authFilePath(number, service.name),
      mode: 0o440,
      owner: "root",
      group: memberUid(number),
      content: `${JSON.stringify({ auths: { [registry]: { auth } } })}\n`,
      secret: true,
      effect: "quiet",
    });
  }
  return files;
}

/** A service without its secret values. */
export function declaredService(service: ServiceSpec): DeclaredService {
  const { secrets, registryLogin, replaces: _, ...open } = service;
  return {
    ...open,
    secrets: Object.fromEntries(Object.entries(secrets).map(([key, secret]) => [key, { as: secret.as }])),
    ...(registryLogin === undefined ? {} : { registryLogin: { username: registryLogin.username } }),
  };
}
