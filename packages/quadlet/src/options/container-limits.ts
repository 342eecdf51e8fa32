import * as encode from "../encoders.js";
import { option } from "../option.js";
import * as pattern from "../patterns.js";

/** [Container]: RAM, processes, privileges. There is no row for privileged mode or a namespace of the host's. */
export const containerLimitOptions = {
  memoryBytes: option({
    key: "Memory",
    since: "Podman 5.5",
    encode: encode.bytes,
    lower: (size: number) => [`--memory=${size}`],
    example: 134_217_728,
    doc: "RAM of the container, as it sees it itself.",
  }),
  memorySwapBytes: option({
    key: "PodmanArgs",
    since: "Podman 4.4",
    encode: (size: number, name) => encode.bytes(size, name).map((text) => `--memory-swap=${text}`),
    example: 134_217_728,
    doc: "RAM plus swap: equal to the RAM, it means no swap.",
  }),
  pidsLimit: option({
    key: "PidsLimit",
    since: "Podman 4.7",
    encode: encode.integer(1),
    example: 512,
    doc: "Most processes and threads.",
  }),
  shmSizeBytes: option({
    key: "ShmSize",
    since: "Podman 4.7",
    encode: encode.bytes,
    example: 67_108_864,
    doc: "Size of /dev/shm; what lies there counts as RAM.",
  }),
  ulimits: option({
    key: "Ulimit",
    since: "Podman 4.7",
    encode: encode.each(encode.token(/^[a-z]+=-?\d+(?::-?\d+)?$/, "NAME=SOFT:HARD")),
    example: ["nofile=4096:8192"],
    doc: "Limits per process.",
  }),
  readOnly: option({
    key: "ReadOnly",
    since: "Podman 4.4",
    encode: encode.boolean,
    example: true,
    doc: "Root filesystem read-only.",
  }),
  readOnlyTmpfs: option({
    key: "ReadOnlyTmpfs",
    since: "Podman 4.8",
    encode: encode.boolean,
    example: true,
    doc: "With a read-only root: /dev/shm, /run, /tmp and /var/tmp stay writable, in RAM.",
  }),
  temporaryDirectories: option({
    key: "Tmpfs",
    since: "Podman 4.5",
    encode: encode.each(pattern.temporaryDirectory),
    example: [{ path: "/tmp", sizeBytes: 16_777_216, mode: "1777" }],
    doc: "Writable directories in RAM, bounded in size.",
  }),
  dropCapabilities: option({
    key: "DropCapability",
    since: "Podman 4.4",
    encode: encode.each(encode.token(/^(?:all|[A-Z][A-Z0-9_]*)$/, "all or a capability's name")),
    example: ["all"],
    doc: "Capabilities taken away.",
  }),
  addCapabilities: option({
    key: "AddCapability",
    since: "Podman 4.4",
    encode: encode.each(pattern.capability),
    example: ["NET_BIND_SERVICE"],
    doc: "Capabilities kept, inside the container's own user namespace.",
  }),
  noNewPrivileges: option({
    key: "NoNewPrivileges",
    since: "Podman 4.4",
    encode: encode.boolean,
    example: true,
    doc: "setuid programs gain nothing.",
  }),
  mask: option({
    key: "Mask",
    since: "Podman 4.6",
    encode: encode.each(pattern.absoluteContainerPath),
    example: ["/proc/latency_stats"],
    doc: "Paths hidden from the container.",
  }),
  sysctls: option({
    key: "Sysctl",
    since: "Podman 4.6",
    encode: encode.each(
      encode.token(
        /^(?:net|kernel\.(?:msg|sem|shm)|fs\.mqueue)[a-z0-9_.]*=[0-9 -]*\d$/,
        "NAME=NUMBER of a namespaced sysctl",
      ),
    ),
    example: ["net.core.somaxconn=1024"],
    doc: "Kernel parameters of the container's own namespaces.",
  }),
} as const;
