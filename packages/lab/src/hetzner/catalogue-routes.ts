import type { Context } from "hono";
import { notFound } from "./api-error.js";
import {
  images,
  locations,
  price,
  renderDatacenter,
  renderImage,
  renderLocation,
  renderServerType,
  renderTypePrice,
  serverTypes,
} from "./catalogue.js";
import { renderPage } from "./requests.js";
import type { Api, ApiEnv, World } from "./world.js";

/** What can be ordered, where and for how much: the same for every project. */
export function addCatalogueRoutes(api: Api, world: World): void {
  const datacenters = () =>
    locations.map((location) => renderDatacenter(location, (type, at) => world.faults.isSoldOut(type, at)));
  addList(api, "locations", "location", () => locations.map(renderLocation));
  addList(api, "datacenters", "datacenter", datacenters);
  addList(api, "server_types", "server_type", () => serverTypes.map(renderServerType));
  addList(api, "images", "image", () => images.map(renderImage));
  addList(api, "isos", "iso", () => []);
  addList(api, "load_balancer_types", "load_balancer_type", () => []);
  api.get("/pricing", (c) => c.json({ pricing: renderPricing() }));
}

function addList(
  api: Api,
  path: string,
  key: string,
  rows: () => readonly { readonly id: number; readonly name: string }[],
): void {
  api.get(`/${path}`, (c) => renderPage(c, path, select(c, rows()), (row) => row));
  api.get(`/${path}/:id`, (c) => {
    const row = rows().find((candidate) => candidate.id === Number(c.req.param("id")));
    if (row === undefined) throw notFound(key, c.req.param("id"));
    return c.json({ [key]: row });
  });
}

function select<T extends { readonly name: string }>(c: Context<ApiEnv>, rows: readonly T[]): T[] {
  const name = c.req.query("name");
  const architecture = c.req.query("architecture") ?? "x86";
  return architecture === "x86" ? rows.filter((row) => name === undefined || row.name === name) : [];
}

function renderPricing() {
  const perLocation = (net: string) =>
    locations.map(({ name }) => ({ location: name, price_hourly: price("0.0008"), price_monthly: price(net) }));
  return {
    currency: "EUR",
    vat_rate: "19.00",
    image: { price_per_gb_month: price("0.0110") },
    floating_ip: { price_monthly: price("3.0000") },
    floating_ips: [],
    primary_ips: [
      { type: "ipv4", prices: perLocation("0.5000") },
      { type: "ipv6", prices: perLocation("0.0000") },
    ],
    volume: { price_per_gb_month: price("0.0440") },
    server_backup: { percentage: "20.00" },
    server_types: serverTypes.map((type) => ({
      id: type.id,
      name: type.name,
      prices: locations.map(({ name }) => renderTypePrice(type, name)),
    })),
    load_balancer_types: [],
    traffic: { price_per_tb: price("1.0000") },
  };
}
