import { checkAcrossFiles, inputsOf, type LoadedEntries, specsOf } from "./inventory-across.js";
import { loadHosts, loadMember, loadService } from "./inventory-entries.js";
import { type InventoryFile, sortInventoryFiles } from "./inventory-files.js";
import type { InventoryHostInput, InventoryServiceInput } from "./inventory-schemas.js";
import { loadSingle } from "./inventory-single.js";
import {
  type InventoryUnitFailuresInput,
  unitFailuresInputOfMail,
  unitFailuresOfMail,
} from "./inventory-unit-failures.js";
import { withUpdatesOfWindows } from "./inventory-updates.js";
import { checkWindowHosts, loadWindows } from "./inventory-windows.js";
import type { MailSpec } from "./mail.js";
import { type MailInput, mailFileSchema, mailOf, mailProblems } from "./mail-input.js";
import type { MemberInput } from "./member-input.js";
import { type Parsed, parsedUnless } from "./parsed.js";
import type { PatchWindowSpec } from "./patch-window.js";
import type { PatchWindowInput } from "./patch-window-input.js";
import type { LoadOptions } from "./secret-references.js";
import type { HostInventory, Inventory } from "./specs.js";
import type { TariffSpec } from "./tariff.js";
import { tariffFileSchema, tariffOf } from "./tariff-input.js";
import type { WorkSpec } from "./work.js";
import { workFileSchema, workOf } from "./work-input.js";

/**
 * An inventory, and what its files say word for word: resources are made of that, so that secrets can stay references. Of hosts, `patching.updates`
 * may have been added: it follows from windows.yaml.
 */
export interface LoadedInventory extends Inventory {
  readonly windows: readonly PatchWindowSpec[];
  /** Undefined: nobody is told by e-mail. */
  readonly mail: MailSpec | undefined;
  /** Undefined: nothing has a price. */
  readonly tariff: TariffSpec | undefined;
  /** Undefined: members cannot ask for anything. */
  readonly work: WorkSpec | undefined;
  readonly inputs: {
    readonly hosts: readonly InventoryHostInput[];
    readonly members: readonly MemberInput[];
    readonly services: readonly InventoryServiceInput[];
    readonly windows: readonly PatchWindowInput[];
    readonly mail: MailInput | undefined;
    /** Of each host. Undefined: no host tells of units that fail. */
    readonly unitFailures: InventoryUnitFailuresInput | undefined;
  };
}

/**
 * An inventory from the texts of its files: path (`hosts.yaml`, `windows.yaml`, `mail.yaml`, `tariff.yaml`, `work.yaml`, `members/anna.yaml`, `services/anna-blog.yaml`) to
 * YAML, and of calendars (`blackouts/holidays.ics`) to ICS. Each finding has file, line and column. Everything is checked, across files too, whatever else is wrong.
 */
export function loadInventory(files: ReadonlyMap<string, string>, options: LoadOptions = {}): Parsed<LoadedInventory> {
  const { known, findings } = sortInventoryFiles(files);
  const ofKind = (kind: InventoryFile["kind"]) => known.filter((file) => file.kind === kind);
  const hosts = ofKind("hosts").flatMap(loadHosts);
  const members = ofKind("member").map(loadMember);
  const services = ofKind("service").map((file) => loadService(file, options));
  const windows = ofKind("windows").flatMap((file) => loadWindows(file, (path) => files.get(path)));
  const mail = ofKind("mail").map((file) =>
    loadSingle(
      file,
      mailFileSchema,
      (output) => ({ spec: mailOf(output), unitFailures: unitFailuresOfMail(output, options) }),
      mailProblems,
    ),
  );
  const tariff = ofKind("tariff").map((file) => loadSingle(file, tariffFileSchema, tariffOf));
  const work = ofKind("work").map((file) => loadSingle(file, workFileSchema, workOf));
  const entries: LoadedEntries = { hosts, members, services };
  const all = [
    ...findings,
    ...[...hosts, ...members, ...services, ...windows, ...mail, ...tariff, ...work].flatMap((entry) => entry.findings),
    ...checkAcrossFiles(entries),
    ...checkWindowHosts(windows, hosts),
  ];
  const windowSpecs = specsOf(windows);
  return parsedUnless(all, () => ({
    hosts: specsOf(hosts).map((host) => ({
      ...withUpdatesOfWindows(host, windowSpecs),
      unitFailures: mail[0]?.loaded?.unitFailures,
    })),
    members: specsOf(members),
    services: specsOf(services),
    windows: windowSpecs,
    mail: mail[0]?.loaded?.spec,
    tariff: tariff[0]?.loaded,
    work: work[0]?.loaded,
    inputs: {
      hosts: inputsOf(hosts).map((host) => withUpdatesOfWindows(host, windowSpecs)),
      members: inputsOf(members),
      services: inputsOf(services),
      windows: inputsOf(windows),
      mail: mail[0]?.input,
      unitFailures: mail[0]?.loaded?.unitFailures && unitFailuresInputOfMail(mail[0].input),
    },
  }));
}

/** The part of an inventory that concerns one host: its services and the members who own them. */
export function inventoryOfHost(inventory: Inventory, host: string): HostInventory {
  const spec = inventory.hosts.find((each) => each.name === host);
  if (spec === undefined) throw new RangeError(`no host "${host}" in the inventory`);
  const services = inventory.services.filter((service) => service.host === host);
  const owners = new Set(services.map((service) => service.member));
  return { host: spec, members: inventory.members.filter((member) => owners.has(member.name)), services };
}
