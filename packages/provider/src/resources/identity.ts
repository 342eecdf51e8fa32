import type { ResourceId, ResourceTree } from "@allmende/host";
import { expectedObservation, renderHost, renderMember, renderService } from "@allmende/host";
import type { MemberSpec } from "@allmende/model";
import type { Declaration } from "./declaration.js";
import { memoizeByIdentity } from "./memo.js";

/** Id in Pulumi's state: `web1`, `web1/anna`, `web1/anna/anna-blog`. */
export function pulumiId(declaration: Declaration): string {
  const { host } = declaration;
  if (declaration.kind === "host") return host.name;
  if (declaration.kind === "member") return `${host.name}/${declaration.member.name}`;
  return `${host.name}/${declaration.member.name}/${declaration.service.name}`;
}

/** Id on its host. */
export function resourceId(declaration: Declaration): ResourceId {
  if (declaration.kind === "host") return "host";
  if (declaration.kind === "member") return `member/${declaration.member.name}`;
  return `service/${declaration.member.name}/${declaration.service.name}`;
}

/** The member whose account it concerns, if any. */
export function memberOf(declaration: Declaration): MemberSpec | undefined {
  return declaration.kind === "host" ? undefined : declaration.member;
}

/** How messages call it: `service anna-blog on web1`. */
export function describe(declaration: Declaration): string {
  if (declaration.kind === "host") return `host ${declaration.host.name}`;
  const name = declaration.kind === "member" ? declaration.member.name : declaration.service.name;
  return `${declaration.kind} ${name} on ${declaration.host.name}`;
}

/** Its files on the host. Pure. Secrets are in them. */
export const renderDeclaration = memoizeByIdentity((declaration: Declaration): ResourceTree => {
  if (declaration.kind === "host") return renderHost(declaration.host);
  if (declaration.kind === "member") return renderMember(declaration.member);
  return renderService(declaration.service, declaration.member);
});

/** What a healthy host shows of it. */
export const expectedOf = memoizeByIdentity(expectedObservation);
