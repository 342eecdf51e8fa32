import * as z from "zod";

const dnsName =
  /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/;

export function addressProblem(address: string): string | undefined {
  if (/^[a-z]+:\/\//i.test(address)) return "must be a name or IP address alone, not a URL";
  if (address.includes("@")) return 'must be without a user: that goes into "user"';
  if (z.ipv4().safeParse(address).success || z.ipv6().safeParse(address).success) return undefined;
  if (/^[0-9.]+$/.test(address)) return "is not a valid IPv4 address";
  if (/^\[.*\]$/.test(address)) return "must be without brackets";
  if (/:[0-9]+$/.test(address)) return 'must be without a port: that goes into "port"';
  return dnsName.test(address) ? undefined : "must be a DNS name or an IP address, such as web1.example.org";
}
