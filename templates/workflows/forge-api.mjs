// The API of the forge whose job this is, by the variables that each forge's CI sets. Without any package: what has a token to write
// runs nothing that others wrote.

/** @typedef {"github" | "forgejo" | "gitlab"} Kind */

/**
 * @param {NodeJS.ProcessEnv} environment
 * @returns {{ kind: Kind, url: string, headers: Record<string, string> }} `url`: of the repository, without a slash at its end
 */
export function forgeOf(environment) {
  const token = required(environment, "FORGE_TOKEN");
  if (environment.CI_API_V4_URL) {
    const project = encodeURIComponent(required(environment, "CI_PROJECT_ID"));
    return {
      kind: "gitlab",
      url: `${environment.CI_API_V4_URL}/projects/${project}`,
      headers: { "private-token": token },
    };
  }
  const api = required(environment, "GITHUB_API_URL").replace(/\/$/, "");
  const kind = /\/api\/v1$/.test(api) ? "forgejo" : "github";
  const headers = { authorization: `${kind === "github" ? "Bearer" : "token"} ${token}` };
  return { kind, url: `${api}/repos/${required(environment, "GITHUB_REPOSITORY")}`, headers };
}

/**
 * The answer's JSON. Throws for any answer but a good one.
 * @param {{ headers: Record<string, string> }} forge
 * @param {string} url
 * @param {{ method?: string, body?: unknown }} [request]
 */
export async function ask({ headers }, url, { method = "GET", body } = {}) {
  const answer = await fetch(url, {
    method,
    headers: {
      accept: "application/json",
      ...headers,
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    redirect: "error",
    signal: AbortSignal.timeout(30_000),
  });
  if (!answer.ok) throw new Error(`the forge answers ${answer.status} to ${method} ${url}`);
  return await answer.json();
}

/**
 * @param {NodeJS.ProcessEnv} environment
 * @param {string} name
 */
export function required(environment, name) {
  const value = environment[name];
  if (value === undefined || value === "") throw new Error(`${name} is not set`);
  return value;
}

/**
 * The number of a change.
 * @param {string} text
 */
export function changeNumber(text) {
  if (!/^[1-9][0-9]{0,9}$/.test(text)) throw new Error("CHANGE is no number of a change");
  return text;
}

/** @param {() => Promise<void>} main */
export async function run(main) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
