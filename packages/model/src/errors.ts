/** What an error concerns and what to do about it; every field may be shown to a user. */
export interface ErrorDetails {
  /** Stable, kebab-case, for programs: `host-unreachable`, `bad-inventory`, … */
  readonly code: string;
  /** The host, file, service or member that it concerns. */
  readonly concerns?: string | undefined;
  /** What to do next, as an imperative sentence. */
  readonly nextStep?: string | undefined;
  /** The error below this one. */
  readonly cause?: unknown;
}

/** Root of all errors that Allmende raises on purpose. Whoever creates one decides that its text may be shown. */
export class AllmendeError extends Error {
  readonly code: string;
  readonly concerns: string | undefined;
  readonly nextStep: string | undefined;

  constructor(message: string, details: ErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.code = details.code;
    this.concerns = details.concerns;
    this.nextStep = details.nextStep;
  }
}

/** The user's own input is at fault: shown without a stack trace. */
export class UserError extends AllmendeError {}

/** No usable connection to a host: unreachable, wrong host key, wrong user key, no sudo. */
export class ConnectError extends AllmendeError {}

/** A host was reached, and something on it failed. */
export class HostError extends AllmendeError {
  /** The end of the unit's log or of a tool's output, without secrets; empty when there is none. */
  readonly logTail: string;

  constructor(message: string, details: ErrorDetails & { readonly logTail?: string | undefined }) {
    super(message, details);
    this.logTail = details.logTail ?? "";
  }
}
