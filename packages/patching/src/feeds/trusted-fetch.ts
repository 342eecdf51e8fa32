/** How a calendar is asked for, and what is left to be done afterwards. */
export interface Asking {
  readonly fetch: typeof fetch;
  readonly close: () => Promise<void>;
}

/**
 * Asks servers whose certificate comes from one authority, in PEM, and from no other; without one, those that this machine trusts. Node's own fetch knows no
 * authority, so this is undici's, which it is made of.
 */
export async function askTrusting(ca: string | undefined): Promise<Asking> {
  if (ca === undefined) return { fetch, close: async () => {} };
  const undici = await import("undici");
  // Said in any case: NODE_TLS_REJECT_UNAUTHORIZED in somebody's environment decides nothing here.
  const dispatcher = new undici.Agent({ connect: { ca, rejectUnauthorized: true, minVersion: "TLSv1.2" } });
  const asking = async (url: URL, init: object) => await undici.fetch(url, { ...init, dispatcher });
  return { fetch: asking as unknown as typeof fetch, close: async () => await dispatcher.destroy() };
}
