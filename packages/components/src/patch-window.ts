import { resolve } from "node:path";
import {
  isSelected,
  type PatchWindowInput,
  type PatchWindowSpec,
  parsePatchWindow,
  renderFinding,
} from "@allmende/model";
import {
  ComponentResource,
  type ComponentResourceOptions,
  getProject,
  getStack,
  type Input,
  output,
  RunError,
} from "@pulumi/pulumi";
import { withFeeds } from "./calendar-feeds.js";
import type { ServiceHost } from "./debian-host.js";
import { loadPatchInventory } from "./patch-inventory.js";
import { type PatchMailArgs, sentLogOf } from "./patch-mail.js";
import { type PatchEmergencyArgs, type PatchHost, PatchRun } from "./patch-run.js";

/** What can be said of runs, wherever the window comes from. */
export interface PatchRunOptions {
  /**
   * Under which name hosts record runs. Default: `PROJECT.STACK`. `allmende patch` uses that of the stack which it is given: with the same name
   * here, an opening is done once by both together, and `allmende patch status` shows what happened.
   */
  stack?: Input<string> | undefined;
  /** Debian's security data, as a file or an address of a mirror: a preview then says which CVEs each package fixes. */
  vulnerabilities?: Input<string> | undefined;
  /** A run outside the window, at once, in its order and with its permissions. Done once for the same reason and name. */
  emergency?: PatchEmergencyArgs | undefined;
}

/** A window of an inventory folder, for the folder's hosts; who is told of its runs stands in its `mail.yaml`. */
export interface InventoryWindowArgs extends PatchRunOptions {
  /** Folder with `hosts.yaml` and `windows.yaml`; relative paths start where the program runs. */
  inventory: string | URL;
  /** Name in `windows.yaml`. Default: the resource's name. */
  window?: string | undefined;
}

/** A window that the program declares. */
export interface DeclaredWindowArgs extends PatchRunOptions {
  /** As in `windows.yaml`; without `name`, the resource's name is the window's. */
  window: Omit<PatchWindowInput, "name"> & { name?: string };
  /** The hosts among which it chooses, by their labels. */
  hosts: readonly (ServiceHost | PatchHost)[];
  /** Texts (ICS) of the calendars that its blackouts name, by that name. */
  calendars?: Readonly<Record<string, string>> | undefined;
  /** Who is told how its runs end. */
  mail?: PatchMailArgs | undefined;
}

export type PatchWindowArgs = InventoryWindowArgs | DeclaredWindowArgs;

/**
 * A recurring time in which hosts may be patched, with a `PatchRun` for each host that its labels select (`security-nightly-web1`). Applied while it is
 * open, it patches them: canary, soak time, wave after wave, halting by itself. While it is closed, it does nothing.
 *
 *     new PatchWindow("security-nightly", { inventory: "./inventory" });
 */
export class PatchWindow extends ComponentResource {
  /** By host. */
  readonly runs: Readonly<Record<string, PatchRun>>;
  /** Runs of the emergency, by host; none when there is no emergency. */
  readonly emergencyRuns: Readonly<Record<string, PatchRun>>;

  constructor(name: string, args: PatchWindowArgs, opts?: ComponentResourceOptions) {
    const {
      input,
      hosts,
      calendars: files,
      place,
      mail,
    } = "inventory" in args ? fromInventory(name, args) : fromProgram(name, args);
    super("allmende:index:PatchWindow", name, {}, opts);
    const { stack = `${getProject()}.${getStack()}`, emergency } = args;
    const vulnerabilities =
      args.vulnerabilities === undefined ? undefined : output(args.vulnerabilities).apply(located);
    const told = mail && { sentLog: sentLogOf(stack, "inventory" in args ? args.inventory : undefined), ...mail };
    const calendars = withFeeds(input, files, place, { stack, mail: told });
    const shared = { window: input, hosts, stack, vulnerabilities, calendars, mail: told };
    const make = (prefix: string, more: { emergency?: PatchEmergencyArgs }) =>
      Object.fromEntries(
        hosts.map(({ labels: _, ...host }) => {
          const run = new PatchRun(`${prefix}-${String(host.name)}`, { ...shared, ...more, host }, { parent: this });
          return [String(host.name), run];
        }),
      );
    this.runs = make(input.name, {});
    this.emergencyRuns = emergency === undefined ? {} : make(`${input.name}-emergency`, { emergency });
    this.registerOutputs({ hosts: hosts.map((host) => host.name) });
  }
}

/** A file is meant from where the program runs; the plugin may run elsewhere. */
const located = (origin: string) => (/^https?:\/\//.test(origin) ? origin : resolve(origin));

/** A window with the hosts that it selects, and the texts of its calendars. */
interface SelectedWindow {
  readonly input: PatchWindowInput;
  readonly hosts: PatchHost[];
  readonly calendars: Readonly<Record<string, string>>;
  /** Folder of the inventory; undefined: the program declares the window. */
  readonly place?: string | undefined;
  readonly mail?: PatchMailArgs | undefined;
}

function fromInventory(name: string, args: InventoryWindowArgs): SelectedWindow {
  const { folder, windows, hosts, calendars, mail } = loadPatchInventory(args.inventory);
  const wanted = args.window ?? name;
  const input = windows.find((window) => window.name === wanted);
  if (input === undefined) {
    const known = windows.map((window) => window.name).join(", ") || "none";
    throw new RunError(`There is no window ${wanted} in the inventory's windows.yaml; its windows: ${known}.`);
  }
  const selected = selectHosts(input, hosts, calendars);
  refuseUnmade(wanted, selected.hosts);
  return { ...selected, place: folder, mail };
}

/** What is made by a program has its address and key there, not in the inventory. */
function refuseUnmade(window: string, hosts: readonly (Omit<PatchHost, "address"> & { address?: unknown })[]): void {
  const names = hosts.filter(({ address }) => address === undefined).map(({ name }) => String(name));
  if (names.length === 0) return;
  throw new RunError(
    `The patch window ${window} selects ${names.join(", ")}, made by a program: declare the window there, with "window" and "hosts" in the place of "inventory".`,
  );
}

function fromProgram(name: string, { window, hosts, calendars = {}, mail }: DeclaredWindowArgs): SelectedWindow {
  const declared = hosts.map((host) =>
    "provisioned" in host ? { ...host.declaration, labels: host.provisioned.labelled } : host,
  );
  return { ...selectHosts({ ...window, name: window.name ?? name }, declared, calendars), mail };
}

/** Labels decide which resources there are, so names and labels must be known where the program runs. */
function selectHosts(
  input: PatchWindowInput,
  hosts: readonly PatchHost[],
  calendars: Readonly<Record<string, string>>,
): SelectedWindow {
  const { hosts: selector } = specOf(input, calendars);
  const selected = hosts.filter((host) => isSelected(selector, plainLabels(host)));
  if (selected.length === 0) throw new RunError(`The patch window ${input.name} selects no host: check its labels.`);
  return { input, hosts: selected, calendars };
}

function specOf(input: PatchWindowInput, calendars: Readonly<Record<string, string>>): PatchWindowSpec {
  const parsed = parsePatchWindow(input, (file) => calendars[file]);
  if (parsed.ok) return parsed.value;
  const lines = parsed.findings.map((finding) => renderFinding(finding));
  throw new RunError([`The patch window ${input.name} is not declared rightly:`, ...lines].join("\n  "));
}

function plainLabels({ name, labels = {} }: PatchHost): Readonly<Record<string, string>> {
  const entries = Object.entries(labels);
  const isPlain = typeof name === "string" && entries.every(([, value]) => typeof value === "string");
  if (isPlain) return labels as Readonly<Record<string, string>>;
  throw new RunError(
    "A host's name and labels decide which patch runs there are: give them as plain text, not as outputs of other resources.",
  );
}
