import { describeRam, type Language } from "@allmende/model";
import { mostRamBytes, type RequestedInventory, rankOfHost, renderMoney } from "@allmende/requests";
import type { DialogueTexts } from "./dialogue-texts.js";

/** `disabled`: why it cannot be chosen. */
export type Choices<Value> = { value: Value; name: string; disabled?: string }[];

interface Words {
  readonly texts: DialogueTexts;
  readonly language: Language;
}

/** What is to have room on a host. */
interface Wanted {
  readonly inventory: RequestedInventory;
  readonly member: string;
  /** How many services it becomes. */
  readonly count: number;
  /** Names of those that run already: they make way. */
  readonly own?: readonly string[];
}

/** Hosts with the RAM that a member can have there, most first. */
export function hostChoices(
  { inventory, member, count, own = [] }: Wanted,
  { texts, language }: Words,
): Choices<string> {
  const others = inventory.services.filter(({ name }) => !own.includes(name));
  return inventory.hosts
    .map((host) => ({ name: host.name, most: mostRamBytes(host, others, member, count) }))
    .sort((one, other) => (other.most ?? 0) - (one.most ?? 0))
    .map(({ name, most }) => ({
      value: name,
      name: most === undefined ? name : texts.left(name, describeRam(most, language)),
    }));
}

/** Levels with their prices. What only other hosts are run on cannot be chosen; what no host is run on is left out. Empty: the tariff has none. */
export function levelChoices(
  { tariff, hosts }: Pick<RequestedInventory, "tariff" | "hosts">,
  hostName: string,
  { texts, language }: Words,
): Choices<string> {
  if (tariff === undefined) return [];
  const choices: Choices<string> = tariff.levels.flatMap(({ name, title, price }, rank) => {
    const on = hosts.filter((host) => rankOfHost(tariff, host) >= rank).map((host) => host.name);
    if (on.length === 0) return [];
    const choice = {
      value: name,
      name: texts.levelPrice(title[language], renderMoney(price, tariff.currency, language)),
    };
    return [on.includes(hostName) ? choice : { ...choice, disabled: `(${texts.onlyOn(on)})` }];
  });
  // A host that there is not, or without any level, is refused later, with the reason.
  const isAny = choices.some(({ disabled }) => disabled === undefined);
  return isAny ? choices : choices.map(({ value, name }) => ({ value, name }));
}
