import type { HealthSpec, ServiceSpec } from "@allmende/model";
import { UnsafeValueError } from "./errors.js";
import type { Mount } from "./patterns.js";

/** Debian's static busybox, which every provisioned host has. */
const busyboxOnHost = "/usr/bin/busybox";
const busybox = "/run/allmende/busybox";

/** Health probes run this, so that they work in any image, even in one without a shell. */
export const probeMount: Mount = { source: busyboxOnHost, path: busybox, readOnly: true };

/**
 * Runs the words after it and kills them when the time ($1, seconds) is over: Podman before 5.6 lets a check hang for ever, and
 * with it all later ones. All processes are this shell's own children, so that none is left to the container's process 1.
 */
const withinTime =
  'limit=$1; shift; { "$@" >&2 & echo $!; wait $!; echo $?; } | ' +
  '{ read -r child; if read -r -t "$limit" status; then exit "$status"; fi; kill -KILL "$child"; exit 124; }';

/** The arguments that probe a service from inside its container: exit status 0 is healthy. Throws UnsafeValueError. */
export function renderProbe(service: ServiceSpec, health: HealthSpec): readonly string[] {
  const { probe, timeoutSeconds } = health;
  if (probe.kind === "command") {
    if (probe.command.length === 0) throw new UnsafeValueError("health.command", "is empty");
    return [busybox, "sh", "-c", withinTime, "probe", String(timeoutSeconds), ...probe.command];
  }
  const port = service.ports[probe.port];
  if (port === undefined) {
    throw new UnsafeValueError(
      "health.port",
      `"${probe.port}" is none of the service's ports`,
      "Name a port of `ports`.",
    );
  }
  if (port.protocol !== "tcp") throw new UnsafeValueError("health.port", "only TCP ports can be probed");
  if (probe.kind === "tcp") {
    return [busybox, "nc", "-w", String(timeoutSeconds), "127.0.0.1", String(port.container), "-e", busybox, "true"];
  }
  if (!/^\/[!-~]*$/.test(probe.path)) {
    throw new UnsafeValueError(
      "health.http",
      "must begin with / and have no blanks",
      "Percent-encode other characters.",
    );
  }
  const url = `http://127.0.0.1:${port.container}${probe.path}`;
  return [busybox, "wget", "-q", "-T", String(timeoutSeconds), "-O", "/dev/null", url];
}
