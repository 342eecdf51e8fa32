import type { DeclaredService } from "@allmende/host";
import {
  type Connection,
  type HostSpec,
  type PortSpec,
  parseDuration,
  renderDuration,
  renderRam,
  type ServiceSpec,
} from "@allmende/model";
import { type PropertyMap, toPropertyMap } from "../wire/values.js";

/** What a program would have to say to get this host; the inverse of `parseHost`, defaults left out. */
export function hostInputOf(host: HostSpec): PropertyMap {
  const { name, connection, ramBytes, reserveBytes, patching } = host;
  return toPropertyMap({
    name,
    ...connectionInput(connection),
    bastion: connection.bastion && connectionInput(connection.bastion),
    ram: ramBytes === undefined ? undefined : renderRam(ramBytes),
    reserve: renderRam(reserveBytes),
    patching,
  });
}

function connectionInput({ address, port, user, hostKeys }: Omit<Connection, "bastion">): object {
  return {
    address,
    port: port === 22 ? undefined : port,
    user: user === "root" ? undefined : user,
    ...(hostKeys.length === 1 ? { hostKey: hostKeys[0] } : { hostKeys }),
  };
}

/**
 * What a program would have to say to get this service, without `host` and `member`: the inverse of `parseService`,
 * defaults left out. Values of secrets are not known and left out, as is a registry login.
 */
export function serviceInputOf(service: DeclaredService): PropertyMap {
  const { ramBytes, ports, volumes, health, writableRoot, pidsLimit, deleteData } = service;
  const { name, image, command, user, tmpfs, environment, capabilities, networks, after } = service;
  return toPropertyMap({
    name,
    image,
    ram: renderRam(ramBytes),
    command,
    user,
    ports: unlessEmpty(mapValues(ports, portInput)),
    volumes: unlessEmpty(mapValues(volumes, ({ path }) => path)),
    tmpfs: unlessEmpty(tmpfs),
    environment: unlessEmpty(environment),
    health: health && healthInput(health),
    writableRoot: writableRoot || undefined,
    capabilities: unlessEmpty(capabilities),
    networks: unlessEmpty(networks),
    after,
    pidsLimit: pidsLimit === 512 ? undefined : pidsLimit,
    deleteData: deleteData || undefined,
  });
}

function portInput({ host, container, protocol }: PortSpec): number | string | object {
  if (protocol !== "tcp") return { host, container, protocol };
  return host === container ? host : `${host}:${container}`;
}

function healthInput(health: NonNullable<ServiceSpec["health"]>): object {
  const { probe, intervalSeconds, timeoutSeconds, retries, startSeconds } = health;
  const unless = (usual: string, seconds: number) =>
    seconds === parseDuration(usual) ? undefined : renderDuration(seconds);
  const target = {
    http: () => (probe.kind === "http" ? { http: probe.path, port: probe.port } : {}),
    tcp: () => (probe.kind === "tcp" ? { tcp: probe.port } : {}),
    command: () => (probe.kind === "command" ? { command: probe.command } : {}),
  }[probe.kind]();
  return {
    ...target,
    interval: unless("30s", intervalSeconds),
    timeout: unless("5s", timeoutSeconds),
    retries: retries === 3 ? undefined : retries,
    start: unless("60s", startSeconds),
  };
}

function mapValues<T, U>(map: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}

function unlessEmpty<T extends object>(value: T): T | undefined {
  return Object.keys(value).length === 0 ? undefined : value;
}
