import { containerConnectionOptions } from "./container-connections.js";
import { containerHealthOptions } from "./container-health.js";
import { containerLimitOptions } from "./container-limits.js";
import { containerProcessOptions } from "./container-process.js";

/** All rows of [Container], in the order in which they are written. */
export const containerOptions = {
  ...containerProcessOptions,
  ...containerLimitOptions,
  ...containerConnectionOptions,
  ...containerHealthOptions,
} as const;
