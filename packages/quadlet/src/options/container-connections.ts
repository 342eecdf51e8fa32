import * as encode from "../encoders.js";
import { option } from "../option.js";
import * as pattern from "../patterns.js";

const address = encode.token(/^[0-9A-Fa-f:.]+$/, "an IP address");
const domain = encode.token(/^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/, "a domain");

/** [Container]: networks, ports, storage, log. */
export const containerConnectionOptions = {
  networks: option({
    key: "Network",
    since: "Podman 4.4",
    encode: encode.each(pattern.network),
    example: ["shop.network"],
    doc: "Networks of the member's own, pasta's private one, or none. The host's cannot be named.",
  }),
  networkAliases: option({
    key: "NetworkAlias",
    since: "Podman 5.2",
    encode: encode.each(domain),
    lower: (aliases: readonly string[]) => aliases.map((alias) => `--network-alias=${alias}`),
    example: ["database"],
    doc: "Further names in those networks.",
  }),
  ports: option({
    key: "PublishPort",
    since: "Podman 4.4",
    encode: encode.each(pattern.publishedPort),
    example: [{ host: 8080, container: 80, protocol: "tcp" }],
    doc: "Ports of the host that lead into the container.",
  }),
  dnsServers: option({
    key: "DNS",
    since: "Podman 4.7",
    encode: encode.each(address),
    example: ["192.0.2.53"],
    doc: "Name servers instead of the host's.",
  }),
  dnsSearch: option({
    key: "DNSSearch",
    since: "Podman 4.7",
    encode: encode.each(domain),
    example: ["example.org"],
    doc: "Domains in which short names are looked up.",
  }),
  hosts: option({
    key: "AddHost",
    since: "Podman 5.3",
    encode: encode.each(encode.token(/^[A-Za-z0-9.-]+:(?:[0-9A-Fa-f:.]+|host-gateway)$/, "NAME:ADDRESS")),
    lower: (hosts: readonly string[]) => hosts.map((host) => `--add-host=${host}`),
    example: ["printer:192.0.2.7"],
    doc: "Lines of /etc/hosts.",
  }),
  mounts: option({
    key: "Volume",
    since: "Podman 4.4",
    encode: encode.each(pattern.mount),
    example: [{ source: "anna-blog-data.volume", path: "/var/lib/app" }],
    doc: "Volumes by their unit, and files of the host. A fresh volume takes owner and content of the image's directory.",
  }),
  logDriver: option({
    key: "LogDriver",
    since: "Podman 4.5",
    encode: encode.oneOf("journald", "none", "k8s-file", "passthrough"),
    example: "journald",
    doc: "Where standard output and error go.",
  }),
  logOptions: option({
    key: "LogOpt",
    since: "Podman 5.2",
    encode: encode.each(encode.token(/^[a-z-]+=[A-Za-z0-9._-]+$/, "NAME=VALUE")),
    lower: (options: readonly string[]) => options.map((text) => `--log-opt=${text}`),
    example: ["tag=anna-blog"],
    doc: "Options of the log driver.",
  }),
} as const;
