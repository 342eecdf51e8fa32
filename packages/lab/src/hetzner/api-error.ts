/** An answer that the API gives instead of what was asked for. Codes are the ones of Hetzner's reference. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: unknown;

  constructor(status: number, code: string, message: string, details: unknown = null) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

export function notFound(kind: string, id: number | string): ApiError {
  return new ApiError(404, "not_found", `${kind} with ID '${id}' not found`);
}

export function invalidInput(field: string, message: string): ApiError {
  return new ApiError(422, "invalid_input", `invalid input in field '${field}'`, {
    fields: [{ name: field, messages: [message] }],
  });
}

export function notUnique(field: string, kind: string): ApiError {
  return new ApiError(409, "uniqueness_error", `${kind} ${field} is already used`, { fields: [{ name: field }] });
}

export function isProtected(kind: string): ApiError {
  return new ApiError(423, "protected", `${kind} is protected`);
}

export function isLocked(kind: string): ApiError {
  return new ApiError(423, "locked", `${kind} is locked`);
}

export function conflict(message: string, code = "conflict"): ApiError {
  return new ApiError(409, code, message);
}

export function limitExceeded(kind: string): ApiError {
  return new ApiError(403, "resource_limit_exceeded", `${kind} limit exceeded`);
}

export function unavailable(message: string): ApiError {
  return new ApiError(412, "resource_unavailable", message);
}
