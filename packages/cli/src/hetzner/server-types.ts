import { UserError } from "@allmende/model";
import { type HetznerAccess, readAll, readOne } from "./api.js";

/** A type of server that can be ordered. */
export interface ServerType {
  /** `cx32`. */
  readonly name: string;
  /** As the provider sells it; the system that runs on it reports some percent less. */
  readonly ramBytes: number;
  /** By location; amounts of `currency` per month. */
  readonly prices: readonly { readonly location: string; readonly monthlyNet: number; readonly monthlyGross: number }[];
  /** `EUR`; undefined where the API does not say. */
  readonly currency: string | undefined;
}

/** Types by name, in the order asked for. Throws UserError `unknown-server-type` with those that there are. */
export async function readServerTypes(
  access: HetznerAccess,
  names: readonly string[],
  signal: AbortSignal,
): Promise<ServerType[]> {
  const [types, currency] = await Promise.all([readAll(access, "server_types", signal), readCurrency(access, signal)]);
  return names.map((name) => {
    const found = types.find((type) => type["name"] === name);
    if (found === undefined)
      throw unknownType(
        name,
        types.map((type) => String(type["name"])),
      );
    return { name, ramBytes: Number(found["memory"]) * 1024 ** 3, prices: pricesOf(found["prices"]), currency };
  });
}

async function readCurrency(access: HetznerAccess, signal: AbortSignal): Promise<string | undefined> {
  const { pricing } = await readOne(access, "pricing", signal);
  const currency = (pricing as { readonly currency?: unknown } | undefined)?.currency;
  return typeof currency === "string" ? currency : undefined;
}

interface ApiPrice {
  readonly location?: unknown;
  readonly price_monthly?: { readonly net?: unknown; readonly gross?: unknown };
}

/** Amounts come as text, so that nothing of them is lost on the way. */
function pricesOf(prices: unknown): ServerType["prices"] {
  return ((prices ?? []) as readonly ApiPrice[]).map(({ location, price_monthly: monthly }) => ({
    location: String(location),
    monthlyNet: Number(monthly?.net),
    monthlyGross: Number(monthly?.gross),
  }));
}

function unknownType(name: string, known: readonly string[]): UserError {
  return new UserError(`Hetzner has no server type ${name}`, {
    code: "unknown-server-type",
    concerns: name,
    nextStep: `name one of: ${[...known].sort().join(", ")}`,
  });
}
