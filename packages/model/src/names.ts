/** Accounts and groups that Debian, systemd or Allmende itself has or may get; a member must not become one of them. */
const reservedAccounts = new Set(
  (
    "root daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc gnats nobody nogroup adm tty disk dialout fax voice " +
    "cdrom floppy tape sudo audio dip operator src shadow utmp video sasl plugdev staff users kmem kvm render input sgx crontab netdev clock " +
    "messagebus sshd ssh ntp ntpsec chrony uuidd polkitd tcpdump rtkit tss dnsmasq postfix exim postgres mysql redis caddy nginx " +
    "debian ubuntu admin administrator vagrant ansible puppet wheel docker podman containers " +
    "allmende hostmaster hostmasters webmaster postmaster abuse security localhost"
  ).split(" "),
);

/** Units that a member's own service manager already has. */
const reservedUnits = new Set([
  "dbus",
  "dbus-broker",
  "podman",
  "ssh-agent",
  "gpg-agent",
  "dirmngr",
  "init",
  "localhost",
]);

const reservedNetworks = new Set([
  "podman",
  "host",
  "none",
  "bridge",
  "pasta",
  "slirp4netns",
  "private",
  "ns",
  "container",
  "default",
]);

export const memberNamePattern = "^[a-z][a-z0-9-]{0,30}[a-z0-9]$";
export const labelPattern = "^[a-z]([a-z0-9-]*[a-z0-9])?$";
export const variablePattern = "^[A-Za-z_][A-Za-z0-9_]*$";
export const longestServiceName = 50;
const longestVolumeName = 30;
const memberName = new RegExp(memberNamePattern);
const label = new RegExp(labelPattern);
const variable = new RegExp(variablePattern);

/** Why `name` cannot be a member: it becomes a Linux user and a DNS label. */
export function memberNameProblem(name: string): string | undefined {
  if (!memberName.test(name))
    return `${quoted(name)} cannot name a member: 2 to 32 lower-case letters, digits and hyphens, a letter first, no hyphen last`;
  if (reservedAccounts.has(name) || /^(systemd|debian|dbus|_)-/.test(name)) {
    return `"${name}" is reserved for an account of the system or the cooperative: choose another name`;
  }
  return undefined;
}

/** Why `name` cannot be a service: it becomes a systemd unit, a container and a DNS label. */
export function serviceNameProblem(name: string): string | undefined {
  const problem = labelProblem(name, "a service", longestServiceName);
  if (problem !== undefined) return problem;
  if (reservedUnits.has(name) || /^(systemd|podman|dbus|gpg-agent)-/.test(name)) {
    return `"${name}" is reserved for a unit that every member's service manager has: choose another name`;
  }
  return undefined;
}

/** Why `name` cannot be a host of the inventory. */
export function hostNameProblem(name: string): string | undefined {
  return labelProblem(name, "a host", 63);
}

/** Why `name` cannot be a patch window. */
export function windowNameProblem(name: string): string | undefined {
  return labelProblem(name, "a patch window", longestServiceName);
}

export function portNameProblem(name: string): string | undefined {
  return labelProblem(name, "a port", 15);
}

export function volumeNameProblem(name: string): string | undefined {
  return labelProblem(name, "a volume", longestVolumeName);
}

export function networkNameProblem(name: string): string | undefined {
  const problem = labelProblem(name, "a network", 30);
  if (problem !== undefined) return problem;
  if (name === "host")
    return '"host" would be the host\'s own network, past every separation of members: name a network of the member';
  return reservedNetworks.has(name) ? `"${name}" means something else to Podman: choose another name` : undefined;
}

/** Why `name` cannot be an environment variable or a secret (which may become one). */
export function variableNameProblem(name: string): string | undefined {
  if (name.length > 128) return "must be at most 128 characters long";
  if (variable.test(name)) return undefined;
  return `${quoted(name)} cannot name a variable or secret: letters, digits and underscores, no digit first`;
}

function labelProblem(name: string, what: string, longest: number): string | undefined {
  if (name.length > longest) return `is too long to name ${what}: at most ${longest} characters`;
  if (label.test(name)) return undefined;
  return `${quoted(name)} cannot name ${what}: lower-case letters, digits and hyphens, a letter first, no hyphen last`;
}

function quoted(name: string): string {
  return JSON.stringify(name.length > 60 ? `${name.slice(0, 57)}...` : name);
}
