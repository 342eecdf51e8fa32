/** UID and GID of member number `number`, the same on every host, for ever. */
export function memberUid(number: number): number {
  return 20_000 + number;
}

/** First subordinate id of member number `number`; the range has `subordinateIdCount` ids. */
export function subordinateIdStart(number: number): number {
  return 1_048_576 + 65_536 * number;
}

/** How many subordinate user and group ids each member has. */
export const subordinateIdCount = 65_536;

/** Highest member number whose subordinate ids fit into 32 bits. */
export const highestMemberNumber = 45_000;
