import { stringify } from "yaml";

/** What a new server is told at its first boot. */
export interface FirstBoot {
  readonly hostname: string;
  /** The host's own key pair, so that its first connection is a checked one. The private key is a secret. */
  readonly hostKey: { readonly privateKey: string; readonly publicKey: string };
  /** Login name of the hostmasters. */
  readonly user: string;
  readonly authorizedKeys: readonly string[];
  /** Block device of the volume for members' data, `/dev/disk/by-id/…`; undefined: there is none. */
  readonly dataDevice?: string | undefined;
}

/** Where members' homes are, and in them Podman's storage: images, containers, volumes. */
const dataMount = "/home";
/** Outside of `dataMount`, which is empty until the volume is there. */
const homeOf = (user: string) => `/var/lib/${user}`;

/**
 * The cloud-config of a new server. All of it is data; what varies stands in fields that cloud-init reads as such. Before sshd starts,
 * the keys are in place and the volume is mounted, so whoever gets in finds a host that can be provisioned.
 */
export function renderUserData({ hostname, hostKey, user, authorizedKeys, dataDevice }: FirstBoot): string {
  const config = {
    hostname,
    cloud_init_modules: firstBootModules,
    ssh_deletekeys: true,
    // May not be empty; this very key is given below, and therefore not made.
    ssh_genkeytypes: ["ed25519"],
    ssh_keys: { ed25519_private: hostKey.privateKey, ed25519_public: hostKey.publicKey },
    ssh_pwauth: false,
    disable_root: true,
    users: [
      {
        name: user,
        homedir: homeOf(user),
        shell: "/bin/bash",
        lock_passwd: true,
        sudo: ["ALL=(ALL) NOPASSWD:ALL"],
        ssh_authorized_keys: authorizedKeys,
      },
    ],
    bootcmd: [...hideMetadata, ...(dataDevice === undefined ? [] : awaitVolume(dataDevice))],
    ...(dataDevice !== undefined && {
      mounts: [[dataDevice, dataMount, "ext4", "defaults,nofail,x-systemd.device-timeout=60s", "0", "2"]],
    }),
  };
  return `#cloud-config\n${stringify(config, { lineWidth: 0 })}`;
}

/** What has to happen before sshd starts, and nothing else: each of them costs time at every boot. In cloud-init's own order. */
const firstBootModules = [
  ...["seed_random", "bootcmd", "write_files", "growpart", "resizefs", "mounts"],
  ...["set_hostname", "update_hostname", "users_groups", "ssh"],
];

/** The metadata service gives this very text, host key and all, to whoever asks on the host: to root alone from now on. */
const hideMetadata = [["ip", "rule", "add", "to", "169.254.169.254", "uidrange", "1-4294967294", "prohibit"]];

/**
 * Runs at every boot, before sshd. A volume that is missing must not be covered up by homes on the server's own disk, where a
 * service would begin anew with empty data: what lies under the mount can be written to by nobody.
 */
function awaitVolume(device: string): string[][] {
  return [
    ["sh", "-c", `mountpoint -q ${dataMount} || chattr +i ${dataMount}`],
    ["udevadm", "wait", "--timeout=180", device],
  ];
}
