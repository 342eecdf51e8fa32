import { type MemberSpec, memberUid } from "@allmende/model";
import { homeDirectory } from "./paths.js";
import { completeTree, rootFile } from "./render.js";
import type { ResourceTree } from "./resource.js";

/**
 * A member's account: locked, without a shell, its manager started at boot (linger).
 * Subordinate ids and the slice's limits are derived on the host from all manifests: see `render-derived.ts`.
 */
export function renderMember(member: MemberSpec): ResourceTree {
  const { name, number } = member;
  const uid = memberUid(number);
  return completeTree({
    id: `member/${name}`,
    member,
    packages: [],
    directories: [],
    files: [
      rootFile(
        `/etc/sysusers.d/allmende-${name}.conf`,
        `g ${name} ${uid}\nu ${name} ${uid}:${name} "Allmende member ${number}" ${homeDirectory(name)} /usr/sbin/nologin\n`,
      ),
      rootFile(`/etc/tmpfiles.d/allmende-${name}.conf`, `d ${homeDirectory(name)} 0700 ${uid} ${uid} -\n`),
      rootFile(`/var/lib/systemd/linger/${name}`, ""),
    ],
    declared: { kind: "member", member: { name, number } },
  });
}
