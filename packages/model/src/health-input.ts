import * as z from "zod";
import { durationPattern, parseDuration } from "./duration.js";
import { UserError } from "./errors.js";
import { checkedText, closedObject, parsedText, wholeNumber } from "./schema-tools.js";
import type { HealthProbe, HealthSpec } from "./specs.js";

const command = z
  .array(checkedText(argumentProblem))
  .min(1, { error: () => "must have at least one word: the program" });

export const commandSchema = command;

/** Why a word cannot be an argument of a program. */
export function argumentProblem(word: string): string | undefined {
  return word.includes("\0") ? "may not have a NUL character in it" : undefined;
}

function duration(
  what: string,
  leastSeconds: number,
  mostSeconds: number,
  title: string,
  description: string,
  fallback: string,
) {
  const help = { title, description, examples: [fallback], default: fallback, pattern: durationPattern };
  return parsedText((text) => {
    const seconds = parseDuration(text);
    if (seconds >= leastSeconds && seconds <= mostSeconds) return seconds;
    throw new UserError(`${what} must be from ${leastSeconds}s to ${mostSeconds}s`, { code: "bad-duration" });
  }, help).optional();
}

/** One of http, tcp, command; `healthProblems` checks that, in better words than a union could. */
export const healthSchema = closedObject(
  {
    http: checkedText((path) => {
      if (/^https?:\/\//.test(path)) return 'must be a path alone, such as /health: the port is given by "port"';
      return /^\/[!-~]*$/.test(path)
        ? undefined
        : "must be a path that begins with / and has no spaces, such as /health";
    })
      .optional()
      .meta({
        title: "HTTP path",
        description: 'Path that answers with success when the service is well; needs "port"',
        examples: ["/"],
      }),
    port: z
      .string()
      .optional()
      .meta({ title: "Port", description: 'Name of a port in "ports" for the HTTP check', examples: ["web"] }),
    tcp: z
      .string()
      .optional()
      .meta({
        title: "TCP port",
        description: 'Name of a port in "ports" that accepts connections when the service is well',
        examples: ["db"],
      }),
    command: command.optional().meta({
      title: "Command",
      description: "Program and arguments, run in the container; well when it exits with 0",
      examples: [["pg_isready"]],
    }),
    interval: duration("the interval", 5, 3600, "Interval", "Time between two checks", "30s"),
    timeout: duration("the timeout", 1, 300, "Timeout", "Longest time for one check", "5s"),
    retries: wholeNumber(1, 20, "must be a whole number from 1 to 20").optional().meta({
      title: "Retries",
      description: "Failures in a row after which the service is killed and started again",
      default: 3,
    }),
    start: duration("the start", 1, 3600, "Start", "Longest time until the first success after a start", "60s"),
  },
  {
    test: 'is not a key here: use "command", a list',
    cmd: 'is not a key here: use "command"',
    path: 'is not a key here: use "http"',
    url: 'is not a key here: use "http", a path, and "port", a name',
    startPeriod: 'is not a key here: use "start"',
    disable: 'is not a key here: leave out "health"',
  },
);

type HealthOutput = z.output<typeof healthSchema>;

/** What no single key shows: exactly one kind of check, and that its companions are there. */
export function healthProblems(
  health: Readonly<Record<string, unknown>>,
): { readonly key?: string; readonly message: string }[] {
  const kinds = ["http", "tcp", "command"].filter((kind) => health[kind] !== undefined);
  if (kinds.length === 0) return [{ message: 'must say how to check: "http" with "port", or "tcp", or "command"' }];
  if (kinds.length > 1) return [{ message: `must have one of ${kinds.join(", ")}, not several` }];
  if (kinds[0] === "http" && health["port"] === undefined)
    return [{ key: "port", message: 'is missing: the name of the port in "ports" that "http" is asked on' }];
  if (kinds[0] !== "http" && health["port"] !== undefined)
    return [{ key: "port", message: `belongs to "http"; ${kinds[0]} does not use it` }];
  return [];
}

export function healthOf(health: HealthOutput): HealthSpec {
  return {
    probe: probeOf(health),
    intervalSeconds: health.interval ?? 30,
    timeoutSeconds: health.timeout ?? 5,
    retries: health.retries ?? 3,
    startSeconds: health.start ?? 60,
  };
}

function probeOf(health: HealthOutput): HealthProbe {
  if (health.http !== undefined) return { kind: "http", path: health.http, port: health.port ?? "" };
  if (health.tcp !== undefined) return { kind: "tcp", port: health.tcp };
  return { kind: "command", command: health.command ?? [] };
}
