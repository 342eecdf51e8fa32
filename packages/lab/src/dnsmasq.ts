import { domain, gatewayAddress, insideAddress, macAddress } from "./addresses.js";
import type { HostState } from "./state.js";

/** Configuration of the name and address server of a lab: addresses by MAC, names for hosts, registry and mirror. */
export function renderDnsmasq(labNumber: number, directory: string, hosts: readonly HostState[]): string {
  const gateway = gatewayAddress(labNumber);
  return [
    "no-resolv",
    "no-hosts",
    "interface=lab0",
    "bind-interfaces",
    `domain=${domain}`,
    `local=/${domain}/`,
    `dhcp-range=10.77.${labNumber}.11,static,255.255.255.0,infinite`,
    `dhcp-leasefile=${directory}/leases`,
    "pid-file=",
    "log-facility=-",
    "user=root",
    `dhcp-option=option:router,${gateway}`,
    `host-record=registry.${domain},${gateway}`,
    `host-record=mirror.${domain},${gateway}`,
    ...hosts.flatMap((host) => [
      `dhcp-host=${macAddress(labNumber, host.number)},${insideAddress(labNumber, host.number)},${host.name}`,
      `host-record=${host.name}.${domain},${insideAddress(labNumber, host.number)}`,
    ]),
    "",
  ].join("\n");
}
