import { setTimeout as delay } from "node:timers/promises";
import { Config, log, ResourceHook } from "@pulumi/pulumi";

/** Where the API is, and as whom it is asked. */
export interface ApiAccess {
  readonly endpoint: string;
  /** Secret. */
  readonly token: string;
}

/** Endpoint and token as the hcloud plugin reads them; undefined: a provider of the program's own has them. */
function apiAccess(environment = process.env): ApiAccess | undefined {
  const config = new Config("hcloud");
  const token = config.get("token") ?? environment["HCLOUD_TOKEN"];
  const endpoint = config.get("endpoint") ?? environment["HCLOUD_ENDPOINT"] ?? "https://api.hetzner.cloud/v1";
  return token ? { endpoint: endpoint.replace(/\/+$/, ""), token } : undefined;
}

/**
 * Before a server's type changes: the plugin would cut its power, so it is shut down first, and members' services stop in order. One
 * that does not end in time is left to the plugin.
 */
export function stopBeforeResize(name: string): ResourceHook {
  return new ResourceHook(`${name}-stop-before-resize`, async ({ id, oldInputs, newInputs }) => {
    const access = apiAccess();
    if (access === undefined || id === undefined || oldInputs?.["serverType"] === newInputs?.["serverType"]) return;
    const isOff = await shutDown(access, id).catch(() => false);
    if (!isOff) await log.warn(`${name} did not shut down in time: its power is cut`);
  });
}

/** Shuts a server down; true once it is off. Rejects when the API does not do as asked. */
export async function shutDown(
  { endpoint, token }: ApiAccess,
  id: string,
  { timeoutMs = 120_000, everyMs = 1000 }: { readonly timeoutMs?: number; readonly everyMs?: number } = {},
): Promise<boolean> {
  const server = `${endpoint}/servers/${encodeURIComponent(id)}`;
  const signal = AbortSignal.timeout(timeoutMs);
  const ask = async (method: string, url: string) => {
    const response = await fetch(url, { method, headers: { authorization: `Bearer ${token}` }, signal });
    if (!response.ok) throw new Error(`Hetzner's API answers ${response.status} to ${method} ${new URL(url).pathname}`);
    return (await response.json()) as { readonly server?: { readonly status?: string } };
  };
  await ask("POST", `${server}/actions/shutdown`);
  while (!signal.aborted) {
    if ((await ask("GET", server)).server?.status === "off") return true;
    await delay(everyMs);
  }
  return false;
}
