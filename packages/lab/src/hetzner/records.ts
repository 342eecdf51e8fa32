/** What every resource has. Identifiers are unique over all kinds and projects. */
export interface Resource {
  readonly id: number;
  name: string;
  labels: Record<string, string>;
  /** ISO 8601. */
  readonly created: string;
}

export interface SshKey extends Resource {
  /** `ssh-ed25519 AAAA… comment` */
  readonly publicKey: string;
  /** MD5 of the key, as `ssh-keygen -l -E md5` prints it. */
  readonly fingerprint: string;
}

export interface PlacementGroup extends Resource {
  readonly type: "spread";
}

interface Subnet {
  readonly type: "cloud" | "server" | "vswitch";
  readonly ipRange: string;
  readonly networkZone: string;
}

export interface Network extends Resource {
  ipRange: string;
  subnets: Subnet[];
  protectedFromDelete: boolean;
  exposeRoutes: boolean;
}

export interface FirewallRule {
  readonly direction: "in" | "out";
  readonly protocol: string;
  readonly port: string | null;
  readonly source_ips: readonly string[];
  readonly destination_ips: readonly string[];
  readonly description: string | null;
}

export interface Firewall extends Resource {
  rules: readonly FirewallRule[];
  /** Identifiers of the servers that it is applied to. */
  servers: number[];
  labelSelectors: string[];
}

export interface PrimaryIp extends Resource {
  readonly type: "ipv4" | "ipv6";
  readonly ip: string;
  /** Of the host in the lab whose address this is. */
  readonly hostNumber: number;
  readonly location: string;
  /** The server, null while it has none. */
  assignee: number | null;
  autoDelete: boolean;
  protectedFromDelete: boolean;
  dnsPtr: { readonly ip: string; readonly dns_ptr: string }[];
}

export interface Volume extends Resource {
  sizeGB: number;
  readonly location: string;
  readonly format: string | null;
  server: number | null;
  protectedFromDelete: boolean;
}

export interface PrivateNet {
  readonly network: number;
  readonly ip: string;
  aliasIps: string[];
  readonly macAddress: string;
}

export interface Server extends Resource {
  status: "initializing" | "starting" | "running" | "stopping" | "off" | "deleting" | "rebuilding";
  serverType: string;
  readonly image: string;
  readonly location: string;
  diskGB: number;
  protectedFromDelete: boolean;
  protectedFromRebuild: boolean;
  backupWindow: string | null;
  placementGroup: number | null;
  /** Primary IPs. */
  ipv4: number | null;
  ipv6: number | null;
  privateNets: PrivateNet[];
  readonly hostNumber: number;
  readonly userData: string;
  readonly publicKeys: readonly string[];
}

export interface Action {
  readonly id: number;
  readonly command: string;
  status: "running" | "success" | "error";
  progress: number;
  readonly started: string;
  finished: string | null;
  readonly resources: readonly { readonly id: number; readonly type: string }[];
  error: { readonly code: string; readonly message: string } | null;
}

/** What one token sees. */
export interface Project {
  readonly token: string;
  readonly sshKeys: SshKey[];
  readonly placementGroups: PlacementGroup[];
  readonly networks: Network[];
  readonly firewalls: Firewall[];
  readonly primaryIps: PrimaryIp[];
  readonly volumes: Volume[];
  readonly servers: Server[];
  readonly actions: Action[];
}

export function emptyProject(token: string): Project {
  return {
    token,
    sshKeys: [],
    placementGroups: [],
    networks: [],
    firewalls: [],
    primaryIps: [],
    volumes: [],
    servers: [],
    actions: [],
  };
}
