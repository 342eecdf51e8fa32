import type { HostSpec, ServiceSpec } from "@allmende/model";

/** How a service can be asked from outside, by its kind: HTTP, PostgreSQL's protocol, or a plain connection. */
export interface ServiceAddress {
  readonly kind: "http" | "postgres" | "tcp";
  readonly address: string;
  readonly port: number;
  readonly path: string;
  readonly url: string;
}

/** The address of a service's first port; undefined when it publishes none. */
export function addressOf(host: Pick<HostSpec, "connection">, service: ServiceSpec): ServiceAddress | undefined {
  const probe = service.health?.probe;
  const probed = probe && "port" in probe ? probe.port : undefined;
  const entry =
    Object.entries(service.ports).find(([name]) => name === probed) ??
    Object.entries(service.ports).find(([, port]) => port.protocol === "tcp");
  if (!entry) return undefined;
  const [name, port] = entry;
  const { address } = host.connection;
  const path = probe?.kind === "http" ? probe.path : "/";
  const place = `${address.includes(":") ? `[${address}]` : address}:${port.host}`;
  const kind =
    probe?.kind === "http" || /^(web|http)/.test(name)
      ? "http"
      : port.container === 5432 || /^(postgres|pg)/.test(name)
        ? "postgres"
        : "tcp";
  const url = kind === "http" ? `http://${place}/` : kind === "postgres" ? `postgresql://${place}/` : `tcp://${place}`;
  return { kind, address, port: port.host, path, url };
}
