import type { LoadedInventory, MemberSpec } from "@allmende/model";

/** May somebody, by e-mail address or login at the forge, ask for a member? The member, whom work.yaml names, and hostmasters. */
export function isEntitled(who: string, member: MemberSpec, inventory: LoadedInventory): boolean {
  return isHostmaster(who, inventory) || identitiesOf(member, inventory).some((each) => isSame(each, who));
}

/** Hostmasters of mail.yaml, also by the login at the forge that work.yaml gives a member who is one. */
export function isHostmaster(who: string, inventory: Pick<LoadedInventory, "mail" | "members" | "work">): boolean {
  const hostmasters = inventory.mail?.hostmasters ?? [];
  return (
    hostmasters.length > 0 &&
    allIdentities(who, inventory).some((name) => hostmasters.some((each) => isSame(each, name)))
  );
}

/** The member who goes by an e-mail address or login; undefined: nobody does. */
export function memberOf(who: string, inventory: Pick<LoadedInventory, "members" | "work">): MemberSpec | undefined {
  return inventory.members.find((member) => identitiesOf(member, inventory).some((each) => isSame(each, who)));
}

/** E-mail addresses and logins under which a member is known. */
function identitiesOf({ name, email }: MemberSpec, { work }: Pick<LoadedInventory, "work">): string[] {
  return [...(email === undefined ? [] : [email]), ...(work?.people[name] ?? [])];
}

/** All identities of whoever has this one: the same person under another name must not count as somebody else. */
export function allIdentities(who: string, inventory: Pick<LoadedInventory, "members" | "work">): string[] {
  const lists = inventory.members.map((member) => identitiesOf(member, inventory));
  return [who, ...lists.filter((list) => list.some((each) => isSame(each, who))).flat()];
}

/** Addresses and logins are compared without case: no mail server and no forge gives two people names that differ by it. */
export function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
