/** What the exit code of `allmende` means. Stable: scripts and CI rely on it. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  prerequisites: 3,
  drift: 4,
  unhealthy: 5,
  held: 6,
  unread: 7,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** One line for each exit code, for help texts and the reference. */
export const exitCodeMeanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  ok: "done; nothing wrong",
  failed: "failed: a host, the engine or a program",
  usage: "wrong usage, or an input that needs correcting",
  prerequisites: "something that must be installed or started first is missing",
  drift: "drift found: a host is not as it was declared",
  unhealthy: "a service is not running or not healthy",
  held: "accepted requests wait, since they do not go together; nothing else is wrong (only `check`)",
  unread:
    "a window stayed closed that would have been open now, since its calendar of blackouts cannot be read; what else was open is done (only `patch run`)",
  interrupted: "interrupted by Ctrl-C",
};

/** Which error codes mean that something must be installed or started first. */
const prerequisiteCodes = new Set([
  "pulumi-missing",
  "plugin-missing",
  "prerequisites-missing",
  "not-built",
  "lab-missing",
  "lab-not-running",
  "no-lab",
]);

/** The exit code for an error that ended a command. */
export function exitCodeOf(error: unknown): ExitCode {
  if (!(error instanceof Error)) return exitCodes.failed;
  const code = "code" in error ? String(error.code) : "";
  if (code === "interrupted" || error.name === "AbortError") return exitCodes.interrupted;
  if (prerequisiteCodes.has(code)) return exitCodes.prerequisites;
  // Help that was asked for is no error; help because a command is missing is one.
  if (code.startsWith("commander."))
    return "exitCode" in error && error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  // How a program tells Pulumi that its own input is wrong.
  if ("__pulumiRunError" in error) return exitCodes.usage;
  // Two copies of the model may be loaded (a stack's own): the name is what they share.
  return error.name === "UserError" || error.name === "UnsafeValueError" ? exitCodes.usage : exitCodes.failed;
}
