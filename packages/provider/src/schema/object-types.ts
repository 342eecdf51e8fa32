import { connection, hostKeys, hostProperties } from "./host-properties.js";
import { mailObjectTypes } from "./mail-object-types.js";
import { patchObjectTypes } from "./patch-object-types.js";
import { listOf, type ObjectType } from "./property.js";

/** Object types that properties refer to by name. */
export const objectTypes: Readonly<Record<string, ObjectType>> = {
  Bastion: {
    description: "A host that connections go through. It needs no Allmende.",
    properties: { ...connection, ...hostKeys },
  },
  HostDeclaration: {
    description: "The host as it is declared, so that a preview knows it before it exists.",
    properties: hostProperties,
  },
  HostPatching: {
    description: "What a host does about its updates by itself, outside of patch runs.",
    properties: {
      expectEveryDays: {
        type: "integer",
        description:
          "After how many days without a patch run the host says so, in its journal. Default: it does not watch over that.",
      },
      updates: {
        type: "string",
        description:
          "When security updates are installed: `windows`, in patch windows alone, or `daily`, by the host itself. Default: `daily`; in an inventory, `windows` where a window selects the host.",
      },
    },
  },
  MemberReference: {
    description: "The member who owns a service.",
    properties: {
      name: { type: "string", required: true, description: "Linux user name and DNS label.", effect: "replace" },
      number: {
        type: "integer",
        required: true,
        description: "The cooperative's member number, from which user and group ids are computed.",
        effect: "replace",
      },
    },
  },
  Port: {
    description: "A port of the host that leads into the container.",
    properties: {
      host: { type: "integer", required: true, description: "Port on the host." },
      container: { type: "integer", required: true, description: "Port in the container." },
      protocol: { type: "string", description: "`tcp` (default) or `udp`." },
    },
  },
  Volume: {
    description: "Storage that outlives the container and, unless `deleteData` is set, the service.",
    properties: {
      path: { type: "string", required: true, description: "Absolute mount point in the container." },
    },
  },
  Secret: {
    description: "A secret and the way it reaches the container.",
    properties: {
      value: { type: "string", required: true, secret: true, description: "The secret itself." },
      as: {
        type: "string",
        description: "`file` (default): read-only in `/run/secrets/NAME`. `environment`: a variable of the process.",
      },
    },
  },
  HealthCheck: {
    description: "How to tell that the service works: exactly one of `http`, `tcp` and `command`.",
    properties: {
      http: { type: "string", description: "Path that must answer with success, e.g. `/`. Needs `port`." },
      port: { type: "string", description: "Name of the port, among `ports`, that `http` asks." },
      tcp: { type: "string", description: "Name of a port that must accept connections." },
      command: { type: listOf("string"), description: "Command in the container that must exit with 0." },
      interval: { type: "string", description: "Between two checks of a healthy service. Default: `30s`." },
      timeout: { type: "string", description: "For one check. Default: `5s`." },
      retries: {
        type: "integer",
        description: "Failures in a row after which the container is restarted. Default: 3.",
      },
      start: { type: "string", description: "Time for the first healthy answer after a start. Default: `60s`." },
    },
  },
  RegistryLogin: {
    description: "Login for the image's registry.",
    properties: {
      username: { type: "string", required: true, description: "User name at the registry." },
      password: { type: "string", required: true, secret: true, description: "Password or access token." },
    },
  },
  LiveState: {
    description: "What systemd and the kernel say, beyond the files.",
    properties: {
      active: { type: "boolean", description: "Do its units run?" },
      memoryMaxBytes: { type: "integer", description: "Enforced limit of the unit, helpers included; -1: none." },
      containerMemoryMaxBytes: { type: "integer", description: "Enforced limit of the container; -1: none." },
      slice: {
        type: "string",
        description:
          "Member: set when the enforced limit of their slice is not what their services add up to; both values.",
      },
      stale: { type: "boolean", description: "Set when systemd has not read the files as they are now." },
      dropIns: { type: listOf("string"), description: "Files that override the unit, when there are any." },
    },
  },
  HostFacts: {
    description: "What a host says about itself.",
    properties: {
      hostname: { type: "string", description: "Name the host gives itself." },
      debian: { type: "string", description: "Version of Debian." },
      kernel: { type: "string", description: "Release of the running kernel." },
      podman: { type: "string", description: "Version of Podman." },
      memTotalBytes: { type: "integer", description: "RAM that the kernel manages." },
    },
  },
  ...mailObjectTypes,
  ...patchObjectTypes,
};
