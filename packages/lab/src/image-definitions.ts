/** A container image that the lab's registry offers. */
export interface ImageDefinition {
  /** `name:tag` */
  readonly reference: string;
  /** Name of a base layer. */
  readonly base: string;
  /** Files of the layer on top: path in the image to a script of `registry/`, or to text. */
  readonly files: Readonly<Record<string, { readonly script: string } | { readonly text: string }>>;
  /** Folders that somebody else than root owns: path in the image to `UID:GID`. Open to all, as in official images that run as whichever user. */
  readonly directories?: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  /** `UID:GID`; 1000:1000 when there is none. */
  readonly user?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly port?: number;
}

/** Debian packages that images are made of, and the files of them that each base layer keeps. Small: hosts unpack them slowly. */
export const imagePackages: readonly string[] = ["busybox-static", "postgresql-17", "python3-minimal", "tzdata"];

const postgres = "usr/lib/postgresql/17";

export const baseLayers = {
  busybox: ["usr/bin/busybox"],
  python: ["usr/bin/busybox", "usr/bin/python3.13", "usr/lib/python3.13"],
  postgres: [
    "usr/bin/busybox",
    ...["postgres", "initdb", "psql", "pg_isready", "pg_dump"].map((program) => `${postgres}/bin/${program}`),
    ...["plpgsql.so", "dict_snowball.so", "libpqwalreceiver.so", "pgcrypto.so"].map(
      (library) => `${postgres}/lib/${library}`,
    ),
    "usr/share/postgresql/17",
    "usr/share/zoneinfo/UTC",
    "usr/share/zoneinfo/Etc",
    "usr/share/zoneinfo/Europe",
  ],
} as const satisfies Record<string, readonly string[]>;

/**
 * Packages of images that stand in for the official ones of service templates. Unpacked apart: what the small images keep of Python would grow
 * with them.
 */
export const templatePackages: readonly string[] = ["busybox-static", "python3-gunicorn", "redis-server"];

export const templateLayers = {
  gunicorn: [
    "usr/bin/busybox",
    "usr/bin/python3",
    "usr/bin/python3.13",
    "usr/lib/python3.13",
    "usr/lib/python3/dist-packages/gunicorn*",
    "usr/lib/python3/dist-packages/packaging*",
  ],
  redis: ["usr/bin/busybox", "usr/bin/redis-*"],
} as const satisfies Record<string, readonly string[]>;

const wsgiApplication = `"""What the template for Python applications starts."""


def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"from gunicorn\\n"]
`;

function staticSite(version: number): ImageDefinition {
  const page = `<!doctype html><title>static-site ${version}</title><h1>static-site version ${version}</h1>\n`;
  return {
    reference: `static-site:${version}`,
    base: "busybox",
    files: {
      "serve-static.sh": { script: "serve-static.sh" },
      "www/index.html": { text: page },
      "www/healthz": { text: "ok\n" },
    },
    command: ["/serve-static.sh"],
    port: 8080,
  };
}

function app(reference: string, environment: Readonly<Record<string, string>>): ImageDefinition {
  return {
    reference,
    base: "python",
    files: { "app.py": { script: "app.py" } },
    command: ["/usr/bin/python3.13", "/app.py"],
    environment,
    port: 8080,
  };
}

function shellImage(name: string): ImageDefinition {
  return {
    reference: `${name}:1`,
    base: "busybox",
    files: { [`${name}.sh`]: { script: `${name}.sh` } },
    command: [`/${name}.sh`],
  };
}

/** Everything in the registry. All run as user 1000 without capabilities, on a read-only root with a writable /tmp. */
export const imageDefinitions: readonly ImageDefinition[] = [
  staticSite(1),
  staticSite(2),
  app("app:1", { APP_VERSION: "1" }),
  app("app:2", { APP_VERSION: "2" }),
  app("hungry:1", { APP_VERSION: "1", EATS: "1" }),
  shellImage("broken"),
  shellImage("unhealthy"),
  {
    reference: "postgres:17",
    base: "postgres",
    files: { "postgres.sh": { script: "postgres.sh" } },
    command: ["/postgres.sh"],
    environment: { PATH: `/${postgres}/bin:/usr/bin:/bin`, TZ: "UTC" },
    port: 5432,
  },
  {
    reference: "python-app:1",
    base: "gunicorn",
    files: { "app/app.py": { text: wsgiApplication } },
    command: ["/usr/bin/python3", "-m", "gunicorn"],
    port: 8080,
  },
  { reference: "redis:8", base: "redis", files: {}, command: ["/usr/bin/redis-server"], port: 6379 },
];
