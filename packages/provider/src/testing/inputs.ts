import type { PropertyMap } from "../wire/values.js";

/** Inputs of a small, valid inventory. */
export const hostInput: PropertyMap = {
  name: "web1",
  address: "web1.allmende.test",
  hostKey: `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${"A".repeat(43)}`,
  ram: "2GiB",
  reserve: "512MiB",
};

export const memberInput: PropertyMap = { name: "anna", number: 1042, host: hostInput };

export const serviceInput: PropertyMap = {
  name: "anna-blog",
  member: { name: "anna", number: 1042 },
  host: hostInput,
  image: "registry.allmende.test/static-site:1",
  ram: "128MiB",
  ports: { web: 8080 },
  health: { http: "/", port: "web" },
  environment: { LANG: "de_DE.UTF-8" },
};
