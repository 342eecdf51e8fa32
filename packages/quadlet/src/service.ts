import { type ServiceSpec, serviceOverheadBytes } from "@allmende/model";
import { emptyVariable, needsEmptyVariable } from "./encoders.js";
import { UnsafeValueError } from "./errors.js";
import { type OptionValues, renderSection } from "./option.js";
import { containerOptions } from "./options/container.js";
import { installOptions } from "./options/install.js";
import { serviceOptions } from "./options/service.js";
import { unitOptions } from "./options/unit.js";
import { volumeOptions } from "./options/volume.js";
import type { EnvironmentSecret, Mount, TemporaryDirectory } from "./patterns.js";
import type { PodmanVersion } from "./podman-version.js";
import { probeMount, renderProbe } from "./probe.js";
import { renderUnitFile, type UnitFile } from "./unit-file.js";

/** What the text depends on besides the service itself. */
export interface ServiceContext {
  readonly podman: PodmanVersion;
  /** Directory on the host with one file per secret, named like it; readable by the member alone. */
  readonly secretsDirectory: string;
  /** File on the host with the login for the image's registry. */
  readonly authFile?: string | undefined;
  /** The member's number, for messages and labels of other tools; the text does not depend on it today. */
  readonly memberNumber: number;
}

const mib = 1024 * 1024;
/** Seconds that a stopping process has until SIGKILL. */
const stopSeconds = 30;
/** Seconds for Podman itself to set up and take down, on a busy host. */
const marginSeconds = 60;
/** Processes of Podman, conmon, pasta and health checks, besides the container's own. */
const helperTasks = 128;

/**
 * A service as Quadlet units: `NAME.container`, and `NAME-VOLUME.volume` per volume.
 * No value of a secret is in them. Throws UnsafeValueError for what a unit cannot carry, UnsupportedOptionError
 * for what the host's Podman cannot do.
 */
export function compileService(service: ServiceSpec, context: ServiceContext): UnitFile[] {
  const { podman } = context;
  const container = renderUnitFile(`${service.name}.container`, [
    renderSection("Unit", unitOptions, describe(service), podman),
    renderSection("Container", containerOptions, containerValues(service, context), podman),
    renderSection("Service", serviceOptions, serviceValues(service, context), podman),
    renderSection("Install", installOptions, { wantedBy: ["default.target"] }, podman),
  ]);
  const volumes = Object.keys(service.volumes).map((volume) => {
    const volumeName = `${service.name}-${volume}`;
    return renderUnitFile(`${volumeName}.volume`, [
      renderSection("Unit", unitOptions, { description: `Volume ${volume} of ${service.name}` }, podman),
      renderSection("Volume", volumeOptions, { volumeName }, podman),
    ]);
  });
  return [container, ...volumes];
}

function describe(service: ServiceSpec): OptionValues<typeof unitOptions> {
  const after = service.after?.map((name) => `${name}.service`);
  return { description: `${service.name} of ${service.member}`, after, startLimitIntervalSeconds: 0 };
}

function containerValues(service: ServiceSpec, context: ServiceContext): OptionValues<typeof containerOptions> {
  const ports = Object.values(service.ports);
  return {
    image: service.image,
    pull: "missing",
    authFile: context.authFile,
    containerName: service.name,
    hostName: service.name,
    user: service.user,
    environment: service.environment,
    environmentSecrets: environmentSecrets(service),
    httpProxy: false,
    command: service.command,
    stopTimeoutSeconds: stopSeconds,
    memoryBytes: service.ramBytes,
    memorySwapBytes: service.ramBytes,
    pidsLimit: service.pidsLimit,
    shmSizeBytes: Math.min(64 * mib, halfOf(service.ramBytes)),
    readOnly: !service.writableRoot,
    readOnlyTmpfs: service.writableRoot ? undefined : true,
    temporaryDirectories: temporaryDirectories(service),
    dropCapabilities: ["all"],
    addCapabilities: service.capabilities,
    noNewPrivileges: true,
    networks: service.networks.length === 0 ? ["pasta"] : service.networks.map((network) => `${network}.network`),
    ports,
    mounts: mounts(service, context),
    logDriver: "journald",
    ...healthValues(service),
  };
}

function halfOf(bytes: number): number {
  return Math.floor(bytes / 2 / 4096) * 4096;
}

/** Bounded, so that a full directory is an error that the process sees rather than the end of the process. */
function temporaryDirectories(service: ServiceSpec): TemporaryDirectory[] {
  const sizeBytes = halfOf(service.ramBytes);
  const ofReadOnlyRoot = [
    { path: "/run", mode: "755" },
    { path: "/tmp", mode: "1777" },
    { path: "/var/tmp", mode: "1777" },
  ];
  const taken = new Set([...service.tmpfs, ...Object.values(service.volumes).map((volume) => volume.path)]);
  const usual = service.writableRoot ? [] : ofReadOnlyRoot.filter(({ path }) => !taken.has(path));
  const wanted = service.tmpfs.map((path) => ({ path, mode: path === "/run" ? "755" : "1777" }));
  return [...usual, ...wanted].map((directory) => ({ ...directory, sizeBytes }));
}

function mounts(service: ServiceSpec, context: ServiceContext): Mount[] {
  const volumes = Object.entries(service.volumes).map(([volume, { path }]) => ({
    source: `${service.name}-${volume}.volume`,
    path,
  }));
  const secrets = secretNames(service, "file").map((key) => ({
    source: `${context.secretsDirectory}/${key}`,
    path: `/run/secrets/${key}`,
    readOnly: true,
  }));
  return [...volumes, ...secrets, ...(service.health === undefined ? [] : [probeMount])];
}

function secretNames(service: ServiceSpec, as: "file" | "environment"): string[] {
  return Object.entries(service.secrets).flatMap(([key, secret]) => {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) throw new UnsafeValueError("secrets", `"${key}" is not a valid name`);
    return secret.as === as ? [key] : [];
  });
}

function environmentSecrets(service: ServiceSpec): EnvironmentSecret[] {
  return secretNames(service, "environment").map((key) => ({ secret: `${service.name}-${key}`, variable: key }));
}

function healthValues(service: ServiceSpec): OptionValues<typeof containerOptions> {
  const { health } = service;
  if (health === undefined) return {};
  const probe = renderProbe(service, health);
  return {
    notify: "healthy",
    healthCommand: probe,
    healthIntervalSeconds: health.intervalSeconds,
    healthTimeoutSeconds: health.timeoutSeconds + 1,
    healthRetries: health.retries,
    healthOnFailure: "kill",
    healthStartupCommand: probe,
    healthStartupIntervalSeconds: 2,
    healthStartupTimeoutSeconds: health.timeoutSeconds + 1,
    healthStartupRetries: 0,
    healthStartupSuccess: 1,
  };
}

function serviceValues(service: ServiceSpec, context: ServiceContext): OptionValues<typeof serviceOptions> {
  return {
    environment: needsEmptyVariable(service.command ?? []) ? { [emptyVariable]: "" } : undefined,
    startPre: environmentSecrets(service).map(({ secret, variable }) => [
      "/usr/bin/podman",
      "secret",
      "create",
      "--replace",
      secret,
      `${context.secretsDirectory}/${variable}`,
    ]),
    memoryMaxBytes: service.ramBytes + serviceOverheadBytes,
    memorySwapMaxBytes: 0,
    tasksMax: service.pidsLimit + helperTasks,
    restart: "always",
    restartDelaySeconds: 1,
    restartSteps: 8,
    restartMaxDelaySeconds: 120,
    successStatuses: [143],
    startTimeoutSeconds: (service.health?.startSeconds ?? 0) + marginSeconds,
    stopTimeoutSeconds: stopSeconds + marginSeconds / 2,
  };
}
