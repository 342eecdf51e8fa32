import * as encode from "../encoders.js";
import { option } from "../option.js";
import * as pattern from "../patterns.js";

const subnet = encode.token(/^[0-9A-Fa-f:.]+\/\d{1,3}$/, "a network such as 10.89.1.0/24");

/** [Network]. */
export const networkOptions = {
  networkName: option({
    key: "NetworkName",
    since: "Podman 4.7",
    encode: pattern.name,
    example: "shop",
    doc: "Podman's name of the network.",
  }),
  internal: option({
    key: "Internal",
    since: "Podman 4.4",
    encode: encode.boolean,
    example: true,
    doc: "No way out of the network.",
  }),
  ipv6: option({
    key: "IPv6",
    since: "Podman 4.4",
    encode: encode.boolean,
    example: true,
    doc: "Addresses of both kinds.",
  }),
  subnets: option({
    key: "Subnet",
    since: "Podman 4.4",
    encode: encode.each(subnet),
    example: ["10.89.1.0/24"],
    doc: "Addresses of the network, instead of Podman's choice.",
  }),
  labels: option({
    key: "Label",
    since: "Podman 4.4",
    encode: encode.labels,
    example: { "org.example.team": "shop" },
    doc: "Labels of the network.",
  }),
} as const;
