import * as encode from "../encoders.js";
import { option } from "../option.js";
import * as pattern from "../patterns.js";

/** [Install]: Quadlet enables the unit by itself. */
export const installOptions = {
  wantedBy: option({
    key: "WantedBy",
    since: "systemd 1",
    encode: encode.each(pattern.unitName),
    example: ["default.target"],
    doc: "Target of the member's manager that starts the unit: default.target at boot.",
  }),
} as const;
