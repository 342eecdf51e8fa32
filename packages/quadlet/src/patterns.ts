import { type Encoder, token } from "./encoders.js";
import { UnsafeValueError } from "./errors.js";

/** Unit, container, volume and network names. */
export const name = token(/^[a-z0-9][a-z0-9_.-]{0,127}$/i, "a name of letters, digits, dots, dashes and underscores");

/** A path on the host: it also becomes RequiresMountsFor=, where a blank would make it two. */
const hostPath = /^(?:\/[A-Za-z0-9._@+-]+)+$/;

/** A path in the container; `:` and `,` separate options in Podman's syntax. */
const containerPath = /^\/[^:,"\\\p{Control}]*[^:,"\\\p{Control}\s]$/u;

/** A mount of a named volume (`NAME.volume`) or of a file or directory of the host. */
export interface Mount {
  /** `data.volume`, or an absolute path on the host. */
  readonly source: string;
  /** Absolute path in the container. */
  readonly path: string;
  readonly readOnly?: boolean | undefined;
}

/** A RAM-backed directory. */
export interface TemporaryDirectory {
  readonly path: string;
  readonly sizeBytes: number;
  /** Octal permissions, e.g. `1777`. */
  readonly mode: string;
}

/** A port of the host that leads to one in the container. */
export interface PublishedPort {
  readonly host: number;
  readonly container: number;
  readonly protocol: "tcp" | "udp";
}

export const absoluteHostPath = token(hostPath, "an absolute path of letters, digits and . _ @ + -");
export const absoluteContainerPath = token(
  containerPath,
  "an absolute path without colons, commas, quotes or backslashes",
);

export const mount: Encoder<Mount> = (value, option) => {
  const isUnit = /^[A-Za-z0-9][A-Za-z0-9_.-]*\.volume$/.test(value.source);
  const source = isUnit ? value.source : absoluteHostPath(value.source, option)[0];
  const path = absoluteContainerPath(value.path, option)[0];
  return [`${source}:${path}${value.readOnly === true ? ":ro" : ""}`];
};

export const temporaryDirectory: Encoder<TemporaryDirectory> = (value, option) => {
  if (!/^[0-7]{3,4}$/.test(value.mode)) throw new UnsafeValueError(option, "mode must be octal, e.g. 1777");
  if (!Number.isSafeInteger(value.sizeBytes) || value.sizeBytes < 4096) {
    throw new UnsafeValueError(option, "size must be at least 4096 bytes");
  }
  const path = absoluteContainerPath(value.path, option)[0];
  return [`${path}:rw,nosuid,nodev,size=${value.sizeBytes},mode=${value.mode}`];
};

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}

export const publishedPort: Encoder<PublishedPort> = (value, option) => {
  if (!isPort(value.host) || !isPort(value.container)) throw new UnsafeValueError(option, "ports are 1 to 65535");
  return [`${value.host}:${value.container}${value.protocol === "udp" ? "/udp" : ""}`];
};

/** Fully qualified; Quadlet takes a name that ends in .image or .build for a unit of its own. */
export const image: Encoder<string> = (value, option) => {
  if (/\.(?:image|build)$/.test(value)) throw new UnsafeValueError(option, "must not end in .image or .build");
  return token(
    /^[A-Za-z0-9][A-Za-z0-9.-]*(?::\d+)?(?:\/[a-z0-9][a-z0-9._-]*)+(?::[A-Za-z0-9_][A-Za-z0-9_.-]*)?(?:@[a-z0-9]+:[a-f0-9]+)?$/,
    "a fully qualified image, e.g. registry.example.org/app:1",
  )(value, option);
};

/** Networks of the member's own, pasta's private one, or none. Joining the host's network cannot be said. */
export const network: Encoder<string> = (value, option) =>
  token(/^(?:pasta|none|[A-Za-z0-9][A-Za-z0-9_.-]*\.network)$/, "NAME.network, pasta or none")(value, option);

/** A Podman secret handed to the container as a variable. */
export interface EnvironmentSecret {
  /** Name of the Podman secret. */
  readonly secret: string;
  /** Variable in the container. */
  readonly variable: string;
}

export const environmentSecret: Encoder<EnvironmentSecret> = (value, option) => {
  const variable = token(/^[A-Za-z_][A-Za-z0-9_]*$/, "a variable's name")(value.variable, option)[0];
  return [`${name(value.secret, option)[0]},type=env,target=${variable}`];
};

export const user = token(
  /^(?:\d+|[A-Za-z_][A-Za-z0-9_.-]*)(?::(?:\d+|[A-Za-z_][A-Za-z0-9_.-]*))?$/,
  "a user's name or number, optionally with :GROUP",
);

export const capability = token(
  /^[A-Z][A-Z0-9_]*$/,
  "a capability's name in capitals without CAP_, e.g. NET_BIND_SERVICE",
);

/** Words joined by commas or blanks are more than one to Podman. */
export const unitName = token(/^[A-Za-z0-9:_.\\@-]+\.(?:service|target|socket|slice|mount)$/, "a unit's name");
