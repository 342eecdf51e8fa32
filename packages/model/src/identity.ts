/*
 * Who else has user ids on Debian 13 (Debian policy 9.2.2; systemd's "Users, Groups, UIDs and GIDs"): 0-999 the system, from 1000
 * upwards people created by hand (a handful), 60000-65535 Debian, systemd-homed and systemd's DynamicUser, 65536-524287 nobody,
 * 2147352576-2147418111 systemd's "foreign" ids, and above 2147483647 programs that take ids for signed. Members have
 * 20001-52749 and 1114112-2147352575, which lies in the range that systemd-nspawn picks from for --private-users=pick:
 * hosts of Allmende do not run nspawn containers.
 */

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

/** Highest member number whose subordinate ids stay below systemd's foreign ids (2147352576). */
export const highestMemberNumber = 32_749;
