import { memberUid } from "@allmende/model";

/** Where the limits and processes of a member's unit are on a host: `anna-blog.service` of member 1042. */
export function cgroupOf(memberNumber: number, unit: string): string {
  const uid = memberUid(memberNumber);
  return `/sys/fs/cgroup/user.slice/user-${uid}.slice/user@${uid}.service/app.slice/${unit}`;
}
