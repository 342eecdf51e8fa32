import { ConnectError, UserError } from "@allmende/model";

/** Where Hetzner's API is asked, and as whom. */
export interface HetznerAccess {
  /** `https://api.hetzner.cloud/v1`, without a slash at its end. */
  readonly endpoint: string;
  /** Secret. */
  readonly token: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** HCLOUD_TOKEN and HCLOUD_ENDPOINT, as Hetzner's own tools read them. UserError `hetzner-token-missing`. */
export function hetznerAccess(environment: NodeJS.ProcessEnv = process.env): HetznerAccess {
  const { HCLOUD_TOKEN: token, HCLOUD_ENDPOINT: endpoint } = environment;
  if (token === undefined || token === "") {
    throw new UserError("there is no token for Hetzner's API", {
      code: "hetzner-token-missing",
      concerns: "HCLOUD_TOKEN",
      nextStep: "set HCLOUD_TOKEN to a token of the project (read access is enough), or ask offline with --what-if-ram",
    });
  }
  return { endpoint: (endpoint || "https://api.hetzner.cloud/v1").replace(/\/+$/, ""), token };
}

/** All entries of a list, page by page: `readAll(access, "server_types")`. Throws UserError, ConnectError. */
export async function readAll(access: HetznerAccess, name: string, signal: AbortSignal): Promise<Fields[]> {
  const entries: Fields[] = [];
  for (let page: unknown = 1; typeof page === "number"; ) {
    const body = await readOne(access, `${name}?per_page=50&page=${page}`, signal);
    entries.push(...(Array.isArray(body[name]) ? (body[name] as Fields[]) : []));
    page = ((body["meta"] as Fields | undefined)?.["pagination"] as Fields | undefined)?.["next_page"];
  }
  return entries;
}

/** One answer. Throws UserError `hetzner-token-refused`, ConnectError `hetzner-unreachable`, `hetzner-refused`. */
export async function readOne({ endpoint, token }: HetznerAccess, path: string, signal: AbortSignal): Promise<Fields> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(15_000)]);
  let response: Response;
  let body: Fields;
  try {
    response = await fetch(`${endpoint}/${path}`, { headers: { authorization: `Bearer ${token}` }, signal: deadline });
    body = (await response.json()) as Fields;
  } catch (cause) {
    signal.throwIfAborted();
    throw new ConnectError(`no usable answer from Hetzner's API at ${endpoint}`, {
      code: "hetzner-unreachable",
      concerns: endpoint,
      cause: cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause,
      nextStep: "check HCLOUD_ENDPOINT and the network, or ask offline with --what-if-ram",
    });
  }
  if (response.ok) return body;
  const { code, message } = (body["error"] ?? {}) as { readonly code?: unknown; readonly message?: unknown };
  if (response.status === 401 || response.status === 403) {
    throw new UserError("Hetzner's API does not accept the token", {
      code: "hetzner-token-refused",
      concerns: "HCLOUD_TOKEN",
      nextStep: "make a new token in the project's console, under Security",
    });
  }
  throw new ConnectError(
    `Hetzner's API refuses ${path}: ${String(message ?? response.status)} (${String(code ?? "no code")})`,
    {
      code: "hetzner-refused",
      concerns: endpoint,
      nextStep: code === "rate_limit_exceeded" ? "wait a minute, and run it again" : "run it again later",
    },
  );
}
