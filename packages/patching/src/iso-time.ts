/** Seconds since 1970, as hosts write them, in ISO 8601. */
export function isoTime(epochSeconds: string): string {
  return new Date(Number(epochSeconds) * 1000).toISOString();
}
