const instead = (key: string): string => `is not a key here: use "${key}"`;
const hostNetwork =
  'is refused: on the host\'s network a service could reach and impersonate its neighbours. Publish ports with "ports", join services with "networks"';
const namespace =
  "is refused: every service has namespaces of its own, they are what separates members from one another";

/** Keys that people know from Docker, Compose, Podman or Kubernetes, and why they are not here or what to write instead. */
export const refusedServiceKeys: Readonly<Record<string, string>> = {
  privileged:
    'is refused: a privileged container gets at devices and the kernel, so the separation of members would be gone. Name the few "capabilities" that the service needs',
  networkMode: hostNetwork,
  network: `${hostNetwork} (a list)`,
  hostNetwork: hostNetwork,
  net: hostNetwork,
  pid: namespace,
  pidMode: namespace,
  hostPid: namespace,
  ipc: namespace,
  ipcMode: namespace,
  uts: namespace,
  cgroupns: namespace,
  cgroupParent: "is refused: the member's slice is what enforces RAM allocations",
  userns:
    "is refused: the member's own range of user ids is mapped, so that root in the container is nobody on the host",
  usernsMode:
    "is refused: the member's own range of user ids is mapped, so that root in the container is nobody on the host",
  devices: "is refused: a device belongs to the host, and whoever has it gets past the separation of members",
  device: "is refused: a device belongs to the host, and whoever has it gets past the separation of members",
  gpus: "is refused: a device belongs to the host, and whoever has it gets past the separation of members",
  podmanArgs: "is refused: free arguments would undo every other check. Tell the hostmasters which option is missing",
  globalArgs: "is refused: free arguments would undo every other check. Tell the hostmasters which option is missing",
  securityOpt: "is refused: seccomp, no-new-privileges and masked paths stay as they are for every service",
  securityContext: "is refused: seccomp, no-new-privileges and masked paths stay as they are for every service",
  noNewPrivileges: "is not a choice: no service may gain privileges",
  sysctls: "is refused: kernel settings are the hostmasters'",
  sysctl: "is refused: kernel settings are the hostmasters'",
  ulimits: 'is not a key here: "pidsLimit" bounds processes, "ram" bounds memory',
  volumesFrom: "is refused: a volume belongs to one service",
  mounts:
    'is not a key here: use "volumes" for lasting data and "tmpfs" for scratch space; folders of the host are not mounted',
  bind: 'is not a key here: use "volumes" for lasting data and "tmpfs" for scratch space; folders of the host are not mounted',
  capAdd: instead("capabilities"),
  addCapability: instead("capabilities"),
  capDrop: 'is not needed: all capabilities are dropped but those in "capabilities"',
  dropCapability: 'is not needed: all capabilities are dropped but those in "capabilities"',
  memory: instead("ram"),
  mem: instead("ram"),
  memLimit: instead("ram"),
  memoryMax: instead("ram"),
  memswapLimit: 'is not a key here: "ram" is all a service gets, swap is off',
  cpus: "is not a key here: processor time is shared fairly, only RAM is allocated",
  cpu: "is not a key here: processor time is shared fairly, only RAM is allocated",
  env: instead("environment"),
  envFile: 'is not a key here: write variables in "environment", secret ones in "secrets"',
  publish: instead("ports"),
  publishPort: instead("ports"),
  expose: instead("ports"),
  healthcheck: instead("health"),
  readOnly: 'is not a key here: the root is read-only unless "writableRoot" is true',
  readonlyRootfs: 'is not a key here: the root is read-only unless "writableRoot" is true',
  restart: "is not a choice: every service is started again, with growing pauses",
  restartPolicy: "is not a choice: every service is started again, with growing pauses",
  entrypoint: 'is not a key here: "command" is what the image\'s entrypoint gets',
  exec: instead("command"),
  cmd: instead("command"),
  args: instead("command"),
  hostname: "is not a key here: the service's name is its host name",
  containerName: "is not a key here: the service's name is its container's name",
  dependsOn: instead("after"),
  build: 'is not a key here: build the image elsewhere, push it to a registry, name it in "image"',
  pull: "is not a choice: an image is pulled when it is missing",
  deploy: 'is not a key here: "ram" is the allocation, "host" the place',
  replicas: "is not a key here: declare one service for each",
};

export const refusedHostKeys: Readonly<Record<string, string>> = {
  password: "is refused: hosts are reached with keys. Give the key to the provider's configuration or to an agent",
  privateKey: "is refused here: a user's key belongs into the provider's configuration, not into the inventory",
  hostname: instead("address"),
  ip: instead("address"),
  sshKey: instead("hostKey"),
  publicKey: instead("hostKey"),
  hostPublicKey: instead("hostKey"),
  fingerprint:
    'is not enough: give the whole public key as "hostKey" (the content of /etc/ssh/ssh_host_ed25519_key.pub)',
  strictHostKeyChecking: "is not a choice: a host key is always checked",
  memory: instead("ram"),
  reserved: instead("reserve"),
  jumpHost: instead("bastion"),
  proxyJump: instead("bastion"),
};

export const refusedMemberKeys: Readonly<Record<string, string>> = {
  uid: 'is not a key here: it is computed from "number", the same on every host',
  gid: 'is not a key here: it is computed from "number", the same on every host',
  id: instead("number"),
  memberNumber: instead("number"),
  host: "is not a key here: a member has an account wherever a service of theirs runs",
  mail: instead("email"),
  lang: instead("language"),
  age: instead("ageRecipient"),
  ageKey: instead("ageRecipient"),
  agePublicKey: instead("ageRecipient"),
  publicKey: instead("ageRecipient"),
  recipient: instead("ageRecipient"),
};

export const refusedMailKeys: Readonly<Record<string, string>> = {
  sender: instead("from"),
  replyTo: instead("questions"),
  server: instead("smtp"),
  to: instead("hostmasters"),
};

export const refusedSmtpKeys: Readonly<Record<string, string>> = {
  secure: 'is not a key here: use "tls" (starttls, implicit or none)',
  starttls: 'is not a key here: use "tls" (starttls, implicit or none)',
  username: instead("user"),
  pass: instead("password"),
  server: instead("host"),
};

export const refusedBastionKeys: Readonly<Record<string, string>> = {
  ...refusedHostKeys,
  bastion: "is refused: a bastion is reached directly",
};

export const refusedWindowKeys: Readonly<Record<string, string>> = {
  rrule: instead("recurrence"),
  rule: instead("recurrence"),
  schedule: 'is not a key here: use "recurrence" (a rule of RFC 5545, such as FREQ=DAILY) and "start"',
  cron: 'is not a key here: use "recurrence" (a rule of RFC 5545, such as FREQ=DAILY) and "start"',
  timezone: instead("zone"),
  tz: instead("zone"),
  time: instead("start"),
  end: instead("duration"),
  selector: instead("hosts"),
  maxErrors: instead("errorThreshold"),
  parallel: instead("concurrency"),
  soak: 'is not a key here: it belongs into "canary"',
  blackout: instead("blackouts"),
};
