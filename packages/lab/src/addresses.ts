import { UserError } from "@allmende/model";
import { LabError } from "./errors.js";

export const highestLabNumber = 199;
const highestHostNumber = 100;
/** Servers of the Hetzner Cloud API have the numbers above those of the lab's own hosts. */
export const firstServerNumber = 101;
export const lastServerNumber = 200;
/** Ports of every host that the machine can reach: ssh, services, PostgreSQL. */
export const forwardedPorts: readonly number[] = [22, ...range(8000, 8099), ...range(5432, 5439)];
export const registryPorts: readonly number[] = [5000, 5001];
export const domain = "allmende.test";

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, offset) => first + offset);
}

/** The lab's gateway, name server, registry and mirror, inside its namespace. */
export function gatewayAddress(labNumber: number): string {
  return `10.77.${labNumber}.1`;
}

/** Address of the host with this number (1, 2, …) inside the namespace. */
export function insideAddress(labNumber: number, hostNumber: number): string {
  return `10.77.${labNumber}.${10 + hostNumber}`;
}

/** Loopback address of the same host on the machine. */
export function outsideAddress(labNumber: number, hostNumber: number): string {
  return `127.77.${labNumber}.${10 + hostNumber}`;
}

/** Loopback address of the registry on the machine. */
export function registryAddress(labNumber: number): string {
  return `127.77.${labNumber}.1`;
}

/** Locally administered, unique per lab and host. */
export function macAddress(labNumber: number, hostNumber: number): string {
  return `52:54:00:4d:${hexByte(labNumber)}:${hexByte(hostNumber)}`;
}

function hexByte(value: number): string {
  return value.toString(16).padStart(2, "0");
}

export function namespaceOf(labName: string): string {
  return `allmende-${labName}`;
}

/** Throws UserError `bad-name` unless the name fits a namespace, a DNS label and a short socket path. */
export function checkName(kind: "lab" | "host", name: string): void {
  if (/^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$/.test(name)) return;
  throw new UserError(`"${name}" is not a name for a ${kind}`, {
    code: "bad-name",
    concerns: name,
    nextStep: "Use at most 20 lower-case letters, digits and dashes, starting with a letter.",
  });
}

/** Throws LabError `bad-number` outside 0…199. */
export function checkLabNumber(labNumber: number): void {
  if (Number.isInteger(labNumber) && labNumber >= 0 && labNumber <= highestLabNumber) return;
  throw new LabError(`A lab's number is 0 to ${highestLabNumber}, not ${labNumber}`, { code: "bad-number" });
}

/** The next number for a host: numbers of hosts that exist are never used again. */
export function nextHostNumber(taken: readonly number[]): number {
  const next = Math.max(0, ...taken) + 1;
  if (next > highestHostNumber)
    throw new LabError(`A lab has at most ${highestHostNumber} hosts`, { code: "too-many-hosts" });
  return next;
}
