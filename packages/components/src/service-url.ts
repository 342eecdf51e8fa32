/** What decides where a service answers. */
export interface ServiceEndpoint {
  readonly address: string;
  readonly ports?: Readonly<Record<string, unknown>> | undefined;
  readonly health?: { readonly http?: string | undefined; readonly port?: string | undefined } | undefined;
}

/** `http://ADDRESS:PORT/` of the port that HTTP health checks ask, else of one called `web` or `http`; undefined without any. */
export function serviceUrl({ address, ports = {}, health }: ServiceEndpoint): string | undefined {
  const asked = health?.http === undefined ? undefined : health.port;
  const name = [asked, "web", "http"].find((each) => each !== undefined && Object.hasOwn(ports, each));
  const port = name === undefined ? undefined : hostPort(ports[name]);
  const host = address.includes(":") ? `[${address}]` : address;
  return port === undefined ? undefined : `http://${host}:${port}/`;
}

function hostPort(port: unknown): number | undefined {
  if (typeof port === "number") return port;
  if (typeof port === "string") return Number(port.split(":")[0]);
  return typeof port === "object" && port !== null ? (port as { host?: number }).host : undefined;
}
