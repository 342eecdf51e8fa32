import type * as z from "zod";
import { isSameOrBelow } from "./container-path.js";
import type { Finding } from "./finding.js";
import { healthProblems } from "./health-input.js";
import { portsOf } from "./ports.js";
import { serviceShape } from "./service-input.js";

type Shape = typeof serviceShape;

/**
 * What no single key shows. Works on the raw input and looks only at keys that are right by themselves, so that these
 * findings come together with those of the schema, not after them.
 */
export function checkServiceInput(input: Readonly<Record<string, unknown>>): Finding[] {
  return [...checkPorts(input), ...checkMounts(input), ...checkSecretNames(input), ...checkHealth(input)];
}

/** The value of a key: its default for the type when absent, undefined when it is wrong by itself. */
function read<Key extends keyof Shape>(
  input: Readonly<Record<string, unknown>>,
  key: Key,
): { value: z.output<Shape[Key]> } | undefined {
  const result = serviceShape[key].safeParse(input[key]);
  return result.success ? { value: result.data as z.output<Shape[Key]> } : undefined;
}

function checkPorts(input: Readonly<Record<string, unknown>>): Finding[] {
  const owners = new Map<string, string>();
  return Object.entries(portsOf(read(input, "ports")?.value)).flatMap(([name, port]) => {
    const key = `${port.host}/${port.protocol}`;
    const owner = owners.get(key);
    owners.set(key, owner ?? name);
    return owner === undefined
      ? []
      : [{ path: ["ports", name], message: `takes port ${key} of the host, which "${owner}" has already` }];
  });
}

function checkMounts(input: Readonly<Record<string, unknown>>): Finding[] {
  const volumes = Object.entries(read(input, "volumes")?.value ?? {}).map(([name, volume]) => ({
    path: ["volumes", name],
    target: typeof volume === "string" ? volume : volume.path,
  }));
  const scratch = (read(input, "tmpfs")?.value ?? []).map((target, index) => ({ path: ["tmpfs", index], target }));
  const mounts = [...volumes, ...scratch];
  return mounts.flatMap((mount, index) => {
    const other = mounts.find(
      (each, at) =>
        (at < index && each.target === mount.target) ||
        (at !== index && each.target !== mount.target && isSameOrBelow(mount.target, each.target)),
    );
    // Equal scratch folders are reported by their own list.
    if (
      other === undefined ||
      (other.target === mount.target && mount.path[0] === "tmpfs" && other.path[0] === "tmpfs")
    )
      return [];
    const how = other.target === mount.target ? "is the same folder as" : "lies inside";
    return [
      {
        path: mount.path,
        message: `${mount.target} ${how} ${other.path.join(".")} (${other.target}): one would hide the other`,
      },
    ];
  });
}

function checkSecretNames(input: Readonly<Record<string, unknown>>): Finding[] {
  const environment = read(input, "environment")?.value ?? {};
  return Object.entries(read(input, "secrets")?.value ?? {}).flatMap(([name, secret]) => {
    if (typeof secret === "string" || secret.as !== "environment") return [];
    if (secret.value.includes("\0"))
      return [
        { path: ["secrets", name], message: "has a NUL character in it, which a variable cannot hold: use a file" },
      ];
    if (!Object.hasOwn(environment, name)) return [];
    return [{ path: ["secrets", name], message: `is a variable in "environment" as well: keep one of the two` }];
  });
}

function checkHealth(input: Readonly<Record<string, unknown>>): Finding[] {
  const { health } = input;
  if (typeof health !== "object" || health === null || Array.isArray(health)) return [];
  const fields = health as Readonly<Record<string, unknown>>;
  const problems = healthProblems(fields);
  if (problems.length > 0)
    return problems.map(({ key, message }) => ({ path: key === undefined ? ["health"] : ["health", key], message }));
  const ports = read(input, "ports");
  const key = fields["tcp"] === undefined ? "port" : "tcp";
  const name = fields[key];
  if (ports === undefined || typeof name !== "string") return [];
  const declared = portsOf(ports.value);
  const port = Object.hasOwn(declared, name) ? declared[name] : undefined;
  if (port?.protocol === "udp")
    return [{ path: ["health", key], message: `"${name}" is a UDP port, which cannot be checked: use "command"` }];
  if (port !== undefined) return [];
  const known = Object.keys(declared);
  return [
    {
      path: ["health", key],
      message: `"${name}" is no port of this service: ${known.length === 0 ? 'it has none, add one to "ports"' : `its ports are ${known.join(", ")}`}`,
    },
  ];
}
