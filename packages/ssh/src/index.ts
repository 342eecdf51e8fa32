export { SshConnection } from "./connection.js";
export type { SshCredentials } from "./credentials.js";
export type { ConnectErrorCode } from "./errors.js";
export type { SshEvent } from "./event.js";
export type { ExecOptions, ExecResult } from "./execution.js";
export { fingerprintOf, type HostKey, parseHostKey, renderHostKey } from "./host-key.js";
export { findHostKeys, type KnownHostsEntry, parseKnownHosts } from "./known-hosts.js";
export { SshPool, type SshPoolOptions } from "./pool.js";
