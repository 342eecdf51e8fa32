import * as encode from "../encoders.js";
import { option } from "../option.js";
import * as pattern from "../patterns.js";

/** [Service] of the unit that Quadlet generates. */
export const serviceOptions = {
  environment: option({
    key: "Environment",
    since: "systemd 1",
    encode: encode.unitEnvironment,
    example: { ALLMENDE_EMPTY: "" },
    doc: "Variables of Podman itself, not of the container.",
  }),
  startPre: option({
    key: "ExecStartPre",
    since: "systemd 1",
    encode: encode.unitCommands,
    example: [["/usr/bin/podman", "secret", "create", "--replace", "anna-blog-API_KEY", "/path/API_KEY"]],
    doc: "Commands before the start; arguments are data, never code.",
  }),
  slice: option({
    key: "Slice",
    since: "systemd 205",
    encode: pattern.unitName,
    example: "app.slice",
    doc: "Slice of the unit.",
  }),
  memoryMaxBytes: option({
    key: "MemoryMax",
    since: "systemd 231",
    encode: encode.bytes,
    example: 167_772_160,
    doc: "RAM of the whole unit: the container's and that of Podman's helpers.",
  }),
  memorySwapMaxBytes: option({
    key: "MemorySwapMax",
    since: "systemd 232",
    encode: encode.integer(0),
    example: 0,
    doc: "Swap of the whole unit; 0: none.",
  }),
  tasksMax: option({
    key: "TasksMax",
    since: "systemd 227",
    encode: encode.integer(1),
    example: 576,
    doc: "Processes and threads of the whole unit.",
  }),
  restart: option({
    key: "Restart",
    since: "systemd 1",
    encode: encode.oneOf("always", "on-failure", "no"),
    example: "always",
    doc: "When the unit is started again.",
  }),
  restartDelaySeconds: option({
    key: "RestartSec",
    since: "systemd 1",
    encode: encode.seconds,
    example: 1,
    doc: "Pause before the first new start.",
  }),
  restartSteps: option({
    key: "RestartSteps",
    since: "systemd 254",
    encode: encode.integer(0),
    example: 8,
    doc: "Steps in which the pause grows to RestartMaxDelaySec.",
  }),
  restartMaxDelaySeconds: option({
    key: "RestartMaxDelaySec",
    since: "systemd 254",
    encode: encode.seconds,
    example: 120,
    doc: "Longest pause before a new start.",
  }),
  successStatuses: option({
    key: "SuccessExitStatus",
    since: "systemd 189",
    encode: encode.each(encode.integer(0)),
    example: [143],
    doc: "Exit statuses that are no failure; 143 is a process that ended because it was asked to (SIGTERM).",
  }),
  startTimeoutSeconds: option({
    key: "TimeoutStartSec",
    since: "systemd 188",
    encode: encode.seconds,
    example: 120,
    doc: "Time until the unit must be up, and healthy where it has a health check.",
  }),
  stopTimeoutSeconds: option({
    key: "TimeoutStopSec",
    since: "systemd 188",
    encode: encode.seconds,
    example: 45,
    doc: "Time until it must be down.",
  }),
} as const;
