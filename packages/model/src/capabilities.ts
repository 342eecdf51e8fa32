/** Capabilities that stay inside the container and that a service may keep. */
export const allowedCapabilities = [
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "NET_BIND_SERVICE",
  "NET_RAW",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
] as const;

/** Capabilities with which a container gets at the kernel, the host or its neighbours, and how. */
const refusedCapabilities: Readonly<Record<string, string>> = {
  ALL: "it would keep every capability: name the few that the service needs",
  SYS_ADMIN: "it allows mounts and dozens of other administrative calls, the usual way out of a container",
  SYS_MODULE: "it is for loading code into the kernel",
  SYS_RAWIO: "it is for the host's memory and devices",
  SYS_PTRACE: "it is for looking into other processes and their secrets",
  SYS_BOOT: "it is for restarting the host",
  SYS_TIME: "it is for setting the host's clock",
  SYS_NICE: "it is for taking processor time from other members",
  SYS_RESOURCE: "it is for lifting limits, and limits are what members pay for",
  SYS_PACCT: "it is for the host's accounting",
  SYS_TTY_CONFIG: "it is for the host's terminals",
  SYSLOG: "it is for the kernel's log, in which other members' traces stand",
  NET_ADMIN: "it is for changing network devices and firewalls",
  NET_BROADCAST: "it is for network-wide packets",
  MKNOD: "it is for device files",
  DAC_READ_SEARCH: "it opens files by number, a known way out of a container",
  LINUX_IMMUTABLE: "it makes files that cannot be removed again",
  IPC_LOCK: "it pins memory past the service's allocation",
  IPC_OWNER: "it is for shared memory of others",
  LEASE: "it is for delaying other processes' files",
  BPF: "it is for running programs in the kernel",
  PERFMON: "it is for observing the whole host",
  CHECKPOINT_RESTORE: "it is for other processes' state",
  AUDIT_CONTROL: "it is for the host's audit",
  AUDIT_READ: "it is for the host's audit",
  AUDIT_WRITE: "it is for the host's audit",
  MAC_ADMIN: "it is for the host's security policy",
  MAC_OVERRIDE: "it is for passing the host's security policy",
  BLOCK_SUSPEND: "it is for the host's power management",
  WAKE_ALARM: "it is for the host's power management",
};

/** Why a service cannot keep `capability`. */
export function capabilityProblem(capability: string): string | undefined {
  if ((allowedCapabilities as readonly string[]).includes(capability)) return undefined;
  const plain = capability.toUpperCase().replace(/^CAP_/, "");
  const allowed = `allowed are: ${allowedCapabilities.join(", ")}`;
  const reason = refusedCapabilities[plain];
  if (reason !== undefined) return `${plain} is refused: ${reason}; ${allowed}`;
  if ((allowedCapabilities as readonly string[]).includes(plain))
    return `must be written ${plain}: upper case, without CAP_`;
  return `"${capability}" is no capability of Linux; ${allowed}`;
}
