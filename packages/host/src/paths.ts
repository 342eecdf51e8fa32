import { memberUid } from "@allmende/model";
import { type ResourceId, resourceKey } from "./resource.js";

/** All that is Allmende's own on a host, apart from the files that Debian's programs read in their own places. */
const stateDirectory = "/var/lib/allmende";

/** Where a resource's manifest lies. */
export function manifestPath(id: ResourceId): string {
  return `${stateDirectory}/manifests/${resourceKey(id)}`;
}

/** Quadlet's directory for one user's units; only root writes there. */
export function unitDirectory(memberNumber: number): string {
  return `/etc/containers/systemd/users/${memberUid(memberNumber)}`;
}

/** A member's secrets; only root and the member may enter. */
export function memberSecretsDirectory(memberNumber: number): string {
  return `${stateDirectory}/secrets/${memberUid(memberNumber)}`;
}

/** One file per secret of a service. */
export function secretsDirectory(memberNumber: number, service: string): string {
  return `${memberSecretsDirectory(memberNumber)}/${service}`;
}

/** A member's registry logins; only root and the member may enter. */
export function memberAuthDirectory(memberNumber: number): string {
  return `${stateDirectory}/auth/${memberUid(memberNumber)}`;
}

/** The registry login of a service, in the format of containers-auth.json. */
export function authFilePath(memberNumber: number, service: string): string {
  return `${memberAuthDirectory(memberNumber)}/${service}.json`;
}

/** The limits of all that a member runs. */
export function sliceDropInPath(memberNumber: number): string {
  return `/etc/systemd/system/user-${memberUid(memberNumber)}.slice.d/50-allmende.conf`;
}

/** Every home of a member; its volumes lie below it. */
export function homeDirectory(memberName: string): string {
  return `/home/${memberName}`;
}
