/** Name in the lab of the host that a server is. */
export function machineName(serverId: number): string {
  return `server-${serverId}`;
}
