import { UserError } from "@allmende/model";

/** Version of the Podman that will read the units. */
export interface PodmanVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** Oldest Podman whose Quadlet is supported: `StopTimeout=` and Quadlet's own drop-ins came with it. */
export const oldestPodman: PodmanVersion = { major: 5, minor: 0, patch: 0 };

/** Reads `podman version 5.4.2`, `5.4.2+ds1`, `5.5` or `5.6.0-dev`. Throws UserError on anything else and on versions before 5.0. */
export function parsePodmanVersion(text: string): PodmanVersion {
  const match = /^(?:podman version )?v?(\d+)\.(\d+)(?:\.(\d+))?(?:[-+~].*)?$/.exec(text.trim());
  if (match === null) {
    throw new UserError(`"${text.trim().slice(0, 60)}" is no Podman version`, {
      code: "bad-podman-version",
      nextStep: "Write it as `podman --version` prints it, e.g. 5.4.2.",
    });
  }
  const version = { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3] ?? 0) };
  if (!isAtLeast(version, oldestPodman)) {
    throw new UserError(`Podman ${renderPodmanVersion(version)} is too old`, {
      code: "podman-too-old",
      nextStep: `Use Podman ${renderPodmanVersion(oldestPodman)} or newer; Debian 13 has 5.4.2.`,
    });
  }
  return version;
}

/** `5.4.2`. */
export function renderPodmanVersion(version: PodmanVersion): string {
  return `${version.major}.${version.minor}.${version.patch}`;
}

/** Whether `version` is `needed` or newer. */
export function isAtLeast(version: PodmanVersion, needed: PodmanVersion): boolean {
  return (version.major - needed.major || version.minor - needed.minor || version.patch - needed.patch) >= 0;
}
