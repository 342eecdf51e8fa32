import { type HostInventory, memberUid, UserError } from "@allmende/model";
import { renderResourceLines } from "./manifest.js";
import { parseManifests } from "./parsed-manifest.js";
import { sliceDropInPath } from "./paths.js";
import { defaultRenderContext, type RenderContext, rootFile } from "./render.js";
import { renderSliceDropIn, renderSubordinateIds, sumLimits } from "./render-derived.js";
import { renderHost } from "./render-host.js";
import { renderMember } from "./render-member.js";
import { renderService } from "./render-service.js";
import type { FileEntry, ResourceTree } from "./resource.js";

/** Every resource of a host, the host first, then members, then services. Throws `unknown-member`. */
export function renderResources(
  inventory: HostInventory,
  context: RenderContext = defaultRenderContext,
): ResourceTree[] {
  const members = new Map(inventory.members.map((member) => [member.name, member]));
  const services = inventory.services.map((service) => {
    const member = members.get(service.member);
    if (member === undefined) {
      throw new UserError(`Service ${service.name} belongs to ${service.member}, who is not a member on this host.`, {
        code: "unknown-member",
        concerns: service.name,
      });
    }
    return renderService(service, member, context);
  });
  return [renderHost(inventory.host, context), ...inventory.members.map(renderMember), ...services];
}

/**
 * Every file of a host, sorted by path, derived files included: what somebody needs to run the same without Allmende.
 * Manifests are left out: only Allmende reads them. /etc/subuid and /etc/subgid hold the members' lines alone.
 */
export function renderTree(inventory: HostInventory, context?: RenderContext): FileEntry[] {
  const trees = renderResources(inventory, context);
  const manifests = parseManifests(trees.flatMap((tree) => renderResourceLines(tree)));
  const subordinateIds = renderSubordinateIds(inventory.members);
  const derived = [
    rootFile("/etc/subuid", subordinateIds),
    rootFile("/etc/subgid", subordinateIds),
    ...inventory.members.map(({ name, number }) =>
      rootFile(sliceDropInPath(number), renderSliceDropIn(name, sumLimits(memberUid(number), manifests))),
    ),
  ];
  const files = new Map<string, FileEntry>();
  for (const { effect: _, ...file } of [...trees.flatMap((tree) => tree.files), ...derived]) {
    if (!file.path.startsWith("/var/lib/allmende/manifests/")) files.set(file.path, file);
  }
  return [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}
