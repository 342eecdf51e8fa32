import * as encode from "../encoders.js";
import { option } from "../option.js";
import * as pattern from "../patterns.js";

/** [Unit]. */
export const unitOptions = {
  description: option({
    key: "Description",
    since: "systemd 1",
    encode: encode.unitText,
    example: "anna-blog of anna",
    doc: "What people read in status and logs.",
  }),
  requires: option({
    key: "Requires",
    since: "systemd 1",
    encode: encode.each(pattern.unitName),
    example: ["database.service"],
    doc: "Units that are started with this one. Quadlet adds volumes and networks itself.",
  }),
  wants: option({
    key: "Wants",
    since: "systemd 1",
    encode: encode.each(pattern.unitName),
    example: ["cache.service"],
    doc: "Units that are started with this one, whose failure does not matter.",
  }),
  after: option({
    key: "After",
    since: "systemd 1",
    encode: encode.each(pattern.unitName),
    example: ["database.service"],
    doc: "Units that start before this one.",
  }),
  startLimitIntervalSeconds: option({
    key: "StartLimitIntervalSec",
    since: "systemd 229",
    encode: encode.seconds,
    example: 0,
    doc: "Span in which starts are counted; 0: never give up.",
  }),
} as const;
