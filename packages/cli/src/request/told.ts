import { type Language, UserError } from "@allmende/model";
import {
  type MemberRequest,
  type PlannedApplication,
  type RequestedInventory,
  type ToldSecret,
  toldSecrets,
} from "@allmende/requests";
import type { StackFolder } from "../stack/folder.js";
import { languageOf } from "./language.js";
import { readMadeSecrets } from "./made-secrets.js";
import { loadRequested, type Requested, readRequested } from "./requested.js";
import { seal } from "./seal.js";
import { settleRequested } from "./settled.js";
import { requestWaits, unknownRequest } from "./unknown-request.js";

type Inventory = Pick<RequestedInventory, "applications" | "members">;

/** What a request made or changed; undefined: nothing that is in effect. A name may have come to another member since. */
export function applicationOf(
  { id, service }: Pick<MemberRequest, "id" | "service">,
  { applications }: Pick<Inventory, "applications">,
): PlannedApplication | undefined {
  const application = applications.get(service ?? "");
  return application?.requests.some((each) => each.id === id) ? application : undefined;
}

/** Which generated secrets the member is told of it. */
export function toldSecretsOf(
  request: Pick<MemberRequest, "id" | "service">,
  inventory: Pick<Inventory, "applications">,
): ToldSecret[] {
  const application = applicationOf(request, inventory);
  return application === undefined ? [] : toldSecrets(application);
}

/** `members/NAME.yaml`'s key; undefined: there is none. */
function ageRecipientOf(member: string, { members }: Inventory): string | undefined {
  return members.find(({ name }) => name === member)?.ageRecipient;
}

/** What the member reads who opens the file: a line each. Never to be logged, shown in an error or put into JSON. */
export async function readTold(
  folder: StackFolder,
  inventory: Inventory,
  told: readonly ToldSecret[],
  language: Language,
): Promise<string> {
  const names = told.map(({ name }) => name);
  const values = await readMadeSecrets(folder, inventory, names);
  return told.map(({ service, name, title }) => `${service}: ${title[language]}: ${values.get(name)}\n`).join("");
}

/** The same, as an armoured age file for the member alone; undefined: they have no key. */
export async function sealTold(
  folder: StackFolder,
  inventory: Inventory,
  member: string,
  told: readonly ToldSecret[],
  language: Language,
): Promise<string | undefined> {
  const recipient = ageRecipientOf(member, inventory);
  return recipient === undefined ? undefined : await seal(await readTold(folder, inventory, told, language), recipient);
}

/** What was generated for the member of a request that is in effect. */
export interface FoundSecrets {
  readonly inventory: RequestedInventory;
  readonly member: string;
  /** At least one. */
  readonly told: readonly ToldSecret[];
  /** The member's, as far as it is known. */
  readonly language: Language;
}

/** UserError `unknown-request`, `request-waits`, `not-in-effect`, `no-told-secrets`. */
export async function findTold(folder: StackFolder, id: string): Promise<FoundSecrets> {
  const settled = await settleRequested(readRequested(folder.directory), { folder });
  const waiting = settled.held.find((each) => each.request.id === id);
  if (waiting !== undefined) throw requestWaits(waiting);
  const inventory = loadRequested(settled, Date.now());
  const request = inventory.requests.find((each) => each.id === id);
  if (request === undefined) throw unknownRequest(id);
  const application = applicationOf(request, inventory);
  if (application === undefined) {
    throw new UserError(`request ${id} made nothing that is in effect`, {
      code: "not-in-effect",
      concerns: id,
      nextStep: "`allmende request list` shows the state of each",
    });
  }
  const told = toldSecrets(application);
  if (told.length === 0) {
    throw new UserError(`the template ${application.template} generates nothing that its member is told`, {
      code: "no-told-secrets",
      concerns: application.template,
      nextStep: 'what members are told has "tell" in template.yaml: `allmende template show` lists it',
    });
  }
  const { member } = request;
  return { inventory, member, told, language: languageOf(member, inventory) };
}

/** For people, a line each: what the member of a request is told, and how. Also before it is in effect; never a value. */
export async function describeTold(all: Requested, request: MemberRequest): Promise<string[]> {
  const requested = await settleRequested(all, {});
  const inventory = loadRequested(requested, Number.POSITIVE_INFINITY);
  const recipient = ageRecipientOf(request.member, inventory);
  const how =
    inventory.mail === undefined
      ? "by the hostmasters: inventory/mail.yaml says no server for mail"
      : recipient === undefined
        ? `by the hostmasters: members/${request.member}.yaml has no ageRecipient`
        : `by mail, encrypted to ${recipient}`;
  return toldSecretsOf(request, inventory).map(
    ({ name, title }) => `tells ${request.member} "${title.en}" (${name}) ${how}`,
  );
}
