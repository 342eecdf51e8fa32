import type { Finding } from "./finding.js";
import { parseHost, parseMember, parseService } from "./parse.js";
import type { Parsed } from "./parsed.js";
import type { HostSpec, MemberSpec, ServiceSpec } from "./specs.js";

export interface MemberOnHost {
  readonly host: HostSpec;
  readonly member: MemberSpec;
}

export interface ServiceOnHost extends MemberOnHost {
  readonly service: ServiceSpec;
}

/** How the parts are parsed: who reads many resources of a host may want to remember them. */
export interface PartParsers {
  readonly host: (input: unknown) => Parsed<HostSpec>;
  readonly member: (input: unknown) => Parsed<MemberSpec>;
}

const plainParsers: PartParsers = { host: parseHost, member: parseMember };

/** A member as a resource: member input plus `host`, a host input. */
export function parseMemberOnHost(input: unknown, parsers = plainParsers): Parsed<MemberOnHost> {
  const { host: hostInput, ...memberInput } = asRecord(input);
  const host = parsers.host(hostInput);
  const member = parsers.member(memberInput);
  if (host.ok && member.ok) return { ok: true, value: { host: host.value, member: member.value } };
  return { ok: false, findings: [...findingsBelow("host", host), ...findingsOf(member)] };
}

/** A service as a resource: service input plus `host`, a host input, and with `member` as a member input. */
export function parseServiceOnHost(input: unknown, parsers = plainParsers): Parsed<ServiceOnHost> {
  const { host: hostInput, ...serviceInput } = asRecord(input);
  const host = parsers.host(hostInput);
  const member = parsers.member(serviceInput["member"]);
  // Whatever is wrong with the member is said once, with the member's own paths.
  const service = parseService({ ...serviceInput, member: member.ok ? member.value.name : "placeholder" });
  if (host.ok && member.ok && service.ok)
    return { ok: true, value: { host: host.value, member: member.value, service: service.value } };
  return {
    ok: false,
    findings: [...findingsBelow("host", host), ...findingsBelow("member", member), ...findingsOf(service)],
  };
}

function asRecord(input: unknown): Readonly<Record<string, unknown>> {
  return typeof input === "object" && input !== null ? (input as Readonly<Record<string, unknown>>) : {};
}

function findingsOf(parsed: Parsed<unknown>): readonly Finding[] {
  return parsed.ok ? [] : parsed.findings;
}

function findingsBelow(key: string, parsed: Parsed<unknown>): readonly Finding[] {
  return findingsOf(parsed).map((finding) => ({ ...finding, path: [key, ...finding.path] }));
}
