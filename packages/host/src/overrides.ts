import type { ParsedManifest } from "./parsed-manifest.js";
import { unitDirectory } from "./paths.js";

/** A file or folder where a member's manager looks, or where Quadlet looks for it. */
export interface Override {
  readonly uid: number;
  readonly path: string;
}

const forAllMembers = "/etc/containers/systemd/users/";

/** Of these, what changes a service's units: drop-ins of systemd's and Quadlet's, and units that shadow ours. overrides.awk knows the same places. */
export function overridesOf(service: ParsedManifest, overrides: readonly Override[]): string[] {
  const unit = `${service.id.split("/")[2]}.service`;
  const directory = `${unitDirectory(service.uid - 20_000)}/`;
  const quadlets = service.entries.flatMap(({ path }) => (path.startsWith(directory) ? [baseName(path)] : []));
  const exact = new Set([unit, `${unit}.d`, ...quadlets.map((name) => `${name}.d`)]);
  const broad = new Set(quadlets.flatMap(broadDropIns));
  return overrides
    .filter(({ uid }) => uid === service.uid)
    .filter(({ path }) => exact.has(baseName(path)) || (broad.has(baseName(path)) && !isForAllMembers(path)))
    .map(({ path }) => path);
}

/** Units where a member's manager looks that belong to none of the manifests, and override none of ours. */
export function foreignUnits(
  member: ParsedManifest,
  manifests: readonly ParsedManifest[],
  overrides: readonly Override[],
): string[] {
  const own = manifests.filter(({ uid }) => uid === member.uid);
  const known = new Set(own.flatMap(({ entries }) => entries.map(({ path }) => path)));
  for (const { id, ...service } of own)
    if (id.startsWith("service/")) for (const path of overridesOf({ id, ...service }, overrides)) known.add(path);
  return overrides
    .filter(({ uid, path }) => uid === member.uid && !known.has(path))
    .filter(({ path }) => !isForAllMembers(path) || isOfEveryUnit(path))
    .map(({ path }) => path);
}

/** Of `anna-blog.container`: `anna-.container.d` and `container.d`, which concern other units as well. */
function broadDropIns(quadlet: string): string[] {
  const kind = quadlet.slice(quadlet.lastIndexOf(".") + 1);
  const parts = quadlet.slice(0, -kind.length - 1).split("-");
  const beginnings = parts.slice(1).map((_, index) => `${parts.slice(0, index + 1).join("-")}-.${kind}.d`);
  return [...beginnings, `${kind}.d`];
}

function isForAllMembers(path: string): boolean {
  if (/^\/(etc|run)\/systemd\/user\//.test(path)) return true;
  return path.startsWith(forAllMembers) && !path.slice(forAllMembers.length).includes("/");
}

/** Quadlet reads `container.d` there with every container of every member. */
function isOfEveryUnit(path: string): boolean {
  return path.startsWith(forAllMembers) && /^(container|volume|network)\.d$/.test(baseName(path));
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
