const mib = 1024 * 1024;

/** Podman's helpers of one service (conmon, pasta, the health check's process), added to the unit's MemoryMax. Bytes. */
export const serviceOverheadBytes = 48 * mib;

/** A member's own systemd manager, D-Bus and Podman's pause process, once per member and host. Bytes. */
export const memberOverheadBytes = 128 * mib;
