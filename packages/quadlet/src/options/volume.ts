import * as encode from "../encoders.js";
import { option } from "../option.js";
import * as pattern from "../patterns.js";

/** [Volume]. */
export const volumeOptions = {
  volumeName: option({
    key: "VolumeName",
    since: "Podman 4.7",
    encode: pattern.name,
    example: "anna-blog-data",
    doc: "Podman's name of the volume.",
  }),
  copy: option({
    key: "Copy",
    since: "Podman 4.4",
    encode: encode.boolean,
    example: true,
    doc: "Whether a fresh volume takes over what the image has at its mount point.",
  }),
  labels: option({
    key: "Label",
    since: "Podman 4.4",
    encode: encode.labels,
    example: { "org.example.backup": "daily" },
    doc: "Labels of the volume.",
  }),
} as const;
