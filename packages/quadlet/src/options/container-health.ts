import * as encode from "../encoders.js";
import { UnsafeValueError } from "../errors.js";
import { option } from "../option.js";
import { checkText } from "../text.js";

/**
 * A health command as a JSON array. Podman runs an array of one word through the image's shell, and reads the words
 * CMD, CMD-SHELL and NONE in front as something else: such arrays are refused.
 */
const healthCommand: encode.Encoder<readonly string[]> = (argv, name) => {
  const [first] = argv;
  if (argv.length < 2 || first === undefined || !first.startsWith("/")) {
    throw new UnsafeValueError(name, "must be an absolute path and at least one argument");
  }
  for (const word of argv) checkText(word, name);
  // JSON leaves DEL and the C1 controls as they are; Quadlet's lines do not carry them.
  const json = JSON.stringify(argv).replaceAll(
    /[\u007f-\u009f]/g,
    (character) => `\\u00${character.charCodeAt(0).toString(16)}`,
  );
  return encode.verbatim(json, name);
};

/** [Container]: when a container counts as started and as healthy. */
export const containerHealthOptions = {
  notify: option({
    key: "Notify",
    since: "Podman 5.0",
    encode: encode.oneOf("healthy", "true", "false"),
    example: "healthy",
    doc: "healthy: started means that a health check succeeded.",
  }),
  healthCommand: option({
    key: "HealthCmd",
    since: "Podman 4.5",
    encode: healthCommand,
    example: ["/run/allmende/busybox", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/"],
    doc: "Runs inside the container; exit status 0 is healthy. No shell is involved.",
  }),
  healthIntervalSeconds: option({
    key: "HealthInterval",
    since: "Podman 4.5",
    encode: encode.seconds,
    example: 30,
    doc: "Pause between two checks.",
  }),
  healthTimeoutSeconds: option({
    key: "HealthTimeout",
    since: "Podman 4.5",
    encode: encode.seconds,
    example: 5,
    doc: "A check that took longer has failed; only Podman 5.6 and newer ends it then.",
  }),
  healthRetries: option({
    key: "HealthRetries",
    since: "Podman 4.5",
    encode: encode.integer(1),
    example: 3,
    doc: "Failures in a row until the container counts as unhealthy.",
  }),
  healthStartPeriodSeconds: option({
    key: "HealthStartPeriod",
    since: "Podman 4.5",
    encode: encode.seconds,
    example: 60,
    doc: "Time after a start in which failures do not count.",
  }),
  healthOnFailure: option({
    key: "HealthOnFailure",
    since: "Podman 4.5",
    encode: encode.oneOf("kill", "stop", "none"),
    example: "kill",
    doc: "What happens to an unhealthy container; systemd starts a killed one again.",
  }),
  healthStartupCommand: option({
    key: "HealthStartupCmd",
    since: "Podman 4.5",
    encode: healthCommand,
    example: ["/run/allmende/busybox", "nc", "127.0.0.1", "5432", "-e", "/run/allmende/busybox", "true"],
    doc: "The check until it succeeds once; from then on the other one.",
  }),
  healthStartupIntervalSeconds: option({
    key: "HealthStartupInterval",
    since: "Podman 4.5",
    encode: encode.seconds,
    example: 2,
    doc: "Pause between two checks until then.",
  }),
  healthStartupTimeoutSeconds: option({
    key: "HealthStartupTimeout",
    since: "Podman 4.5",
    encode: encode.seconds,
    example: 5,
    doc: "A check that took longer has failed.",
  }),
  healthStartupRetries: option({
    key: "HealthStartupRetries",
    since: "Podman 4.5",
    encode: encode.integer(0),
    example: 0,
    doc: "Failures until Podman itself restarts the container; 0: never, systemd's time limit decides.",
  }),
  healthStartupSuccess: option({
    key: "HealthStartupSuccess",
    since: "Podman 4.5",
    encode: encode.integer(1),
    example: 1,
    doc: "Successes in a row until the start is over.",
  }),
  healthLogDestination: option({
    key: "HealthLogDestination",
    since: "Podman 5.3",
    encode: encode.oneOf("local", "events_logger"),
    example: "local",
    doc: "Where results of checks are kept.",
  }),
  healthMaxLogCount: option({
    key: "HealthMaxLogCount",
    since: "Podman 5.3",
    encode: encode.integer(1),
    example: 5,
    doc: "How many results are kept.",
  }),
  healthMaxLogSize: option({
    key: "HealthMaxLogSize",
    since: "Podman 5.3",
    encode: encode.integer(1),
    example: 500,
    doc: "How many characters of a check's output are kept.",
  }),
} as const;
