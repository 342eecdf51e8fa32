import { applyChanges, type Change, renderHost, renderMember, renderService } from "@allmende/host";
import type { Lab } from "@allmende/lab";
import { type Parsed, parseHost, parseMember, parseService } from "@allmende/model";
import type { PatchTarget } from "@allmende/patching";
import { registry } from "../support/test-stack.js";

/** Only a form: the connection is the lab's. */
const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/** A member with one service, brought to a host without the engine: what a run must leave healthy. */
const member = specOf(parseMember({ name: "paula", number: 1700 }));
const written = {
  name: "paula-site",
  member: "paula",
  image: `${registry}/static-site:1`,
  ram: "32MiB",
  ports: { web: "8070:8080" },
};

/** With a health check it counts as started once that has succeeded; without, once it runs. */
export async function addMemberService(target: PatchTarget, kind: "checked" | "plain"): Promise<void> {
  const health = kind === "checked" ? { health: { http: "/", port: "web" } } : {};
  const service = specOf(parseService({ ...written, ...health }));
  const host = specOf(parseHost({ name: target.name, address: "web.example", hostKey, reserve: "384MiB" }));
  const changes: readonly Change[] = [
    { kind: "put", tree: renderHost(host) },
    { kind: "put", tree: renderMember(member) },
    { kind: "put", tree: renderService(service, member) },
  ];
  await apply(target, changes);
}

export async function removeMemberService(target: PatchTarget): Promise<void> {
  await apply(target, [
    { kind: "remove", id: "service/paula/paula-site", member, deleteData: true },
    { kind: "remove", id: "member/paula", member, deleteData: true },
    { kind: "remove", id: "host", deleteData: true },
  ]);
}

export async function siteAnswers(lab: Lab, host = "web1"): Promise<boolean> {
  return (await lab.fetch(host, 8070, "/")).status === 200;
}

async function apply(target: PatchTarget, changes: readonly Change[]): Promise<void> {
  const ssh = await target.connect();
  const results = await applyChanges(ssh, changes);
  await ssh.end();
  for (const result of results.values()) if (result.state === "failed") throw result.error;
}

function specOf<T>(parsed: Parsed<T>): T {
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.findings));
  return parsed.value;
}
