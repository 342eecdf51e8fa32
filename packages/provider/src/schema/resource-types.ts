import { hostProperties } from "./host-properties.js";
import { patchRunType } from "./patch-run-type.js";
import { listOf, mapOf, object, oneOf, type Properties, type ResourceType } from "./property.js";

const observed: Properties = {
  digests: {
    type: mapOf("string"),
    description: "Digest of every file that belongs to it on the host, by path; `absent` where one is missing.",
  },
  live: { type: object("LiveState"), description: "What systemd and the kernel say, beyond the files." },
};

const host: Properties = {
  host: {
    type: object("HostDeclaration"),
    required: true,
    description: "The host it is on. Another `name` moves it; a changed connection moves nothing.",
  },
};

export const hostType: ResourceType = {
  token: "allmende:index:Host",
  description: "A Debian host, provisioned to run members' services as rootless containers.",
  properties: {
    ...hostProperties,
    patching: {
      type: object("HostPatching"),
      description:
        "What the host does about its updates by itself: when it installs them, and when it misses patch runs.",
    },
    unitFailures: {
      type: object("UnitFailures"),
      description: "How the host tells hostmasters by e-mail of units that fail; nobody is told when not given.",
    },
    labels: {
      type: mapOf("string"),
      description: "What patch windows choose hosts by. A change touches nothing on the host.",
      effect: "record",
    },
  },
  outputs: { ...observed, facts: { type: object("HostFacts"), description: "What the host says about itself." } },
  idExample: "web1",
  importExample: "pulumi import allmende:index:Host web1 root@web1.example.org:22",
};

export const memberType: ResourceType = {
  token: "allmende:index:Member",
  description: "A member's account on a host: user, subordinate ids, systemd manager and slice.",
  properties: {
    name: { type: "string", required: true, description: "Linux user name and DNS label.", effect: "replace" },
    number: {
      type: "integer",
      required: true,
      description: "The cooperative's member number, from which user and group ids are computed.",
      effect: "replace",
    },
    ...host,
    email: {
      type: "string",
      description: "Where the member is told of patch windows. A change touches nothing on the host.",
      effect: "record",
    },
    language: {
      type: "string",
      description: "Language of mails to the member: `de` or `en`. A change touches nothing on the host.",
      effect: "record",
    },
    ageRecipient: {
      type: "string",
      description:
        "The member's public key for age (`age1…`), to which generated passwords are encrypted. A change touches nothing on the host.",
      effect: "record",
    },
  },
  outputs: observed,
  idExample: "web1/anna",
  importExample: "pulumi import allmende:index:Member anna-web1 root@web1.example.org/anna",
};

export const serviceType: ResourceType = {
  token: "allmende:index:Service",
  description: "A member's service: one rootless container, started by systemd, with RAM of its own.",
  properties: {
    name: {
      type: "string",
      required: true,
      description: "Unit, container and DNS name; unique per member and host.",
      effect: "replace",
    },
    member: { type: object("MemberReference"), required: true, description: "Who owns it.", effect: "replace" },
    ...host,
    image: {
      type: "string",
      required: true,
      description: "Fully qualified image with tag or digest: `registry.example.org/blog:1.4`.",
    },
    ram: {
      type: "string",
      required: true,
      description: "RAM that the container gets and sees, e.g. `512MiB`. A change needs no restart.",
      effect: "live",
    },
    command: { type: listOf("string"), description: "Replaces the image's command." },
    user: { type: oneOf("string", "integer"), description: "User inside the container. Default: the image's." },
    ports: {
      type: mapOf(oneOf("integer", "string", object("Port"))),
      description: "Ports by name: `8080`, `18080:8080` (host:container) or an object.",
    },
    volumes: {
      type: mapOf(oneOf("string", object("Volume"))),
      description: "Volumes by name: the mount point, or an object. Their data outlives the service.",
    },
    tmpfs: {
      type: listOf("string"),
      description: "Writable directories in RAM, charged to the allocation.",
    },
    environment: {
      type: mapOf(oneOf("string", "number", "boolean")),
      description: "Environment variables. Not for secrets.",
    },
    secrets: {
      type: mapOf(oneOf("string", object("Secret"))),
      secret: true,
      description: "Secrets by name: files in `/run/secrets`, or environment variables when asked for.",
    },
    health: { type: object("HealthCheck"), description: "How to tell that it works." },
    writableRoot: { type: "boolean", description: "Make the root filesystem writable. Default: false." },
    capabilities: { type: listOf("string"), description: "Capabilities to keep; all others are dropped." },
    networks: {
      type: listOf("string"),
      description: "The member's networks it joins; services that share one find each other by name.",
    },
    after: {
      type: listOf("string"),
      description:
        "Names of the member's services on the same host that are to be healthy before this one starts, when they start as well.",
    },
    pidsLimit: { type: "integer", description: "Most processes and threads. Default: 512." },
    replaces: {
      type: "string",
      description:
        "Name of the member's service on the same host whose ports this one takes over, when it only gets another name.",
      effect: "record",
    },
    deleteData: {
      type: "boolean",
      description: "Delete the volumes' data together with the service. Default: false.",
      effect: "record",
    },
    registryLogin: { type: object("RegistryLogin"), description: "Login for a private registry." },
  },
  outputs: observed,
  idExample: "web1/anna/anna-blog",
  importExample: "pulumi import allmende:index:Service anna-blog root@web1.example.org/anna/anna-blog",
};

export const hostKeyType: ResourceType = {
  token: "allmende:index:HostKey",
  description:
    "A host's SSH key, made before the host exists, so that the first connection is a checked one. It lives in the state; its private part is handed over to the new server.",
  properties: {
    name: { type: "string", required: true, description: "Name of the host: a comment in the key.", effect: "record" },
    binding: {
      type: mapOf("string"),
      description:
        "What its server cannot change without being replaced, e.g. its location. A change is refused at preview, unless `protect` is off.",
      effect: "record",
    },
    protect: {
      type: "boolean",
      description: "Refuse changes of `binding`, since what is on the server would be lost. Default: true.",
      effect: "record",
    },
    problem: {
      type: "string",
      description: "Why its server cannot be had: then it is refused at preview, with this text.",
      effect: "record",
    },
  },
  outputs: {
    publicKey: { type: "string", description: "What connections are checked against: `ssh-ed25519 AAAA…`." },
    privateKey: { type: "string", secret: true, description: "What only the server may have." },
  },
  idExample: "SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8",
  importExample: "# not possible: no host gives its private key away",
};

/** Everything that a program can declare. */
export const resourceTypes: readonly ResourceType[] = [hostType, hostKeyType, memberType, serviceType, patchRunType];

/** The provider's own configuration. */
export const configuration: Properties = {
  agent: {
    type: "string",
    description: "Socket of an SSH agent. Default: `SSH_AUTH_SOCK`; an empty text means none.",
  },
  privateKeyFile: { type: "string", description: "Path of a private key for the login." },
  privateKey: { type: "string", secret: true, description: "A private key itself, as a secret." },
  passphrase: { type: "string", secret: true, description: "Passphrase of the private key." },
  knownHostsFile: {
    type: "string",
    description: "Where `pulumi import` finds host keys. Default: `~/.ssh/known_hosts`.",
  },
  connectDeadline: {
    type: "string",
    description: "How long to try to reach a host, e.g. `2m`. Default: `60s`.",
  },
};
