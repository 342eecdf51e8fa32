import * as z from "zod";
import { labelPattern, portNameProblem } from "./names.js";
import { checkedText, closedObject, wholeNumber } from "./schema-tools.js";
import type { PortSpec } from "./specs.js";

const hostPortRange =
  "a port of the host is a whole number from 1024 to 65535, since members' containers run without root: " +
  'choose one, such as "18080:80", and let an ingress on the host pass 80 and 443 on to it';
const hostPort = wholeNumber(1024, 65_535, hostPortRange);
const containerPort = wholeNumber(1, 65_535, "a port of a container is a whole number from 1 to 65535");

const mapping = checkedText((text) => {
  const [, host, container] = /^([0-9]{1,6}):([0-9]{1,6})(?:\/(?:tcp|udp))?$/.exec(text) ?? [];
  if (host === undefined || container === undefined) {
    if (/^[0-9]+$/.test(text))
      return 'must be a number without quotes, or text with two ports, such as "18080:8080" (host:container)';
    if (/^[^/]+:[0-9]+:[0-9]+/.test(text))
      return 'must be two ports, such as "18080:8080" (host:container): the address cannot be chosen';
    return 'must be a port, such as 8080, or two, such as "18080:8080" (host:container), with "/udp" where needed';
  }
  return (
    hostPort.safeParse(Number(host)).error?.issues[0]?.message ??
    containerPort.safeParse(Number(container)).error?.issues[0]?.message
  );
}).meta({
  description: "Host and container port",
  pattern: "^[0-9]{4,5}:[0-9]{1,5}(/(tcp|udp))?$",
  examples: ["18080:8080"],
});

const port = z.union(
  [
    hostPort.meta({ description: "The same port on the host and in the container" }),
    mapping,
    closedObject({
      host: hostPort.meta({ description: "Port on the host, 1024 to 65535" }),
      container: containerPort.meta({ description: "Port in the container" }),
      protocol: z.enum(["tcp", "udp"]).optional().meta({ description: "tcp (the default) or udp" }),
    }),
  ],
  {
    error: (issue) =>
      issue.input === undefined
        ? undefined
        : 'must be a port, such as 8080, or two, such as "18080:8080" (host:container)',
  },
);

export const portsSchema = z.record(checkedText(portNameProblem).meta({ pattern: labelPattern }), port);

/** `8080`, `"18080:8080/udp"` and the long form are one thing afterwards. */
export function portsOf(ports: z.output<typeof portsSchema> = {}): Record<string, PortSpec> {
  return Object.fromEntries(Object.entries(ports).map(([name, value]) => [name, portOf(value)]));
}

function portOf(value: z.output<typeof port>): PortSpec {
  if (typeof value === "number") return { host: value, container: value, protocol: "tcp" };
  if (typeof value === "object")
    return { host: value.host, container: value.container, protocol: value.protocol ?? "tcp" };
  const [numbers = "", protocol] = value.split("/");
  const [host, container] = numbers.split(":");
  return { host: Number(host), container: Number(container), protocol: protocol === "udp" ? "udp" : "tcp" };
}
