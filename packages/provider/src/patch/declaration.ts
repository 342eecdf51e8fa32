import {
  type Finding,
  feedKey,
  type HostSpec,
  isSelected,
  type Parsed,
  type PatchWindowSpec,
  parsedUnless,
  parseHost,
  parsePatchWindow,
} from "@allmende/model";
import type { MailRoute } from "@allmende/patching";
import { patchRunType } from "../schema/patch-run-type.js";
import { isMap, type PropertyMap, type PropertyValue, revealMap } from "../wire/values.js";
import { parseRunMail } from "./mail-declaration.js";

/** What a PatchRun declares, validated. */
export interface PatchRunDeclaration {
  readonly window: PatchWindowSpec;
  readonly host: HostSpec;
  /** All hosts of the window, `host` among them. */
  readonly hosts: readonly HostSpec[];
  /** Under which name hosts record the run. */
  readonly stack: string;
  readonly emergency: { readonly by: string; readonly reason: string } | undefined;
  /** File or address of Debian's security data. */
  readonly vulnerabilities: string | undefined;
  /** Undefined: nobody is told. */
  readonly mail: MailRoute | undefined;
}

/** Parses what a program declares, all of it known. All findings at once. */
export function parsePatchRun(marked: PropertyMap): Parsed<PatchRunDeclaration> {
  const inputs = revealMap(declaredInputs(marked));
  const calendars = isMap(inputs["calendars"]) ? inputs["calendars"] : {};
  const window = parsePatchWindow(inputs["window"], (file) => textOf(calendars[file]));
  const host = parseHost(inputs["host"]);
  const hosts = parseHosts(inputs["hosts"]);
  const mail = parseRunMail(inputs["mail"]);
  const findings = [
    ...unknownKeys(inputs),
    ...findingsBelow(["window"], window),
    ...findingsBelow(["host"], host),
    ...(hosts.ok ? [] : hosts.findings),
    ...lineFindings(inputs, "stack", true),
    ...lineFindings(inputs, "vulnerabilities", false),
    ...emergencyFindings(inputs["emergency"]),
    ...findingsBelow(["mail"], mail),
    ...(window.ok && inputs["emergency"] === undefined ? feedFindings(window.value) : []),
    ...(window.ok && host.ok && hosts.ok ? placeFindings(window.value, host.value, hosts.value) : []),
  ];
  return parsedUnless(findings, () => {
    if (!window.ok || !host.ok || !hosts.ok || !mail.ok) throw new Error("A part has findings that were not reported.");
    return {
      window: window.value,
      host: host.value,
      hosts: hosts.value,
      stack: String(inputs["stack"]),
      emergency: emergencyOf(inputs["emergency"]),
      vulnerabilities: textOf(inputs["vulnerabilities"]),
      mail: mail.value,
    };
  });
}

/** Id in Pulumi's state: `security-nightly/web1`, `security-nightly/web1/emergency`. */
export function patchRunId({ window, host, emergency }: PatchRunDeclaration): string {
  return [window.name, host.name, ...(emergency === undefined ? [] : ["emergency"])].join("/");
}

/** What a program declares: the inputs without what a check noted beside them. */
export function declaredInputs(inputs: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(inputs).filter(([name]) => !Object.hasOwn(patchRunType.outputs, name)));
}

/**
 * What of the inputs is kept in the state: of the other hosts what orders them. Each resource of a window is told of all its hosts;
 * with their keys and addresses that would grow with the square of their number, and a new address of one would concern all. Who is
 * told by mail, and with which password, concerns only the run that is under way.
 */
export function keptInputs(inputs: PropertyMap): PropertyMap {
  const { calendars: _, mail: __, hosts, ...kept } = declaredInputs(inputs);
  const reduced = Array.isArray(hosts) ? hosts.map(placeOnly) : hosts;
  return { ...kept, ...(reduced === undefined ? {} : { hosts: reduced }) };
}

function placeOnly(host: PropertyValue): PropertyValue {
  if (!isMap(host)) return host;
  return Object.fromEntries(Object.entries(host).filter(([name]) => name === "name" || name === "labels"));
}

function parseHosts(input: PropertyValue | undefined): Parsed<HostSpec[]> {
  if (!Array.isArray(input)) return { ok: false, findings: [{ path: ["hosts"], message: "must be a list of hosts" }] };
  const parsed = input.map((each) => parseHost(each));
  const specs = parsed.flatMap((each) => (each.ok ? [each.value] : []));
  const names = specs.map(({ name }) => name);
  const twice = names.filter((name, index) => names.indexOf(name) < index);
  return parsedUnless(
    [
      ...parsed.flatMap((each, index) => findingsBelow(["hosts", index], each)),
      ...twice.map((name) => ({ path: ["hosts"], message: `names ${name} twice` })),
    ],
    () => specs,
  );
}

function findingsBelow(path: Finding["path"], parsed: Parsed<unknown>): Finding[] {
  return parsed.ok ? [] : parsed.findings.map((finding) => ({ ...finding, path: [...path, ...finding.path] }));
}

function unknownKeys(inputs: PropertyMap): Finding[] {
  const known = Object.keys(patchRunType.properties);
  const unknown = Object.keys(inputs).filter((name) => !known.includes(name));
  return unknown.map((name) => ({ path: [name], message: `is unknown: ${known.join(", ")} can be declared` }));
}

function lineFindings(inputs: PropertyMap, name: string, required: boolean): Finding[] {
  const value = inputs[name];
  if (value === undefined && !required) return [];
  return isLine(value) ? [] : [{ path: [name], message: "must be one line of text" }];
}

function emergencyFindings(input: PropertyValue | undefined): Finding[] {
  if (input === undefined) return [];
  const fields = isMap(input) ? input : {};
  const both = "an emergency run needs a reason and a name, each one line of text: both are recorded on the hosts";
  return ["reason", "by"]
    .filter((name) => !isLine(fields[name]))
    .map((name) => ({ path: ["emergency", name], message: both }));
}

function emergencyOf(input: PropertyValue | undefined): PatchRunDeclaration["emergency"] {
  if (!isMap(input)) return undefined;
  return { by: String(input["by"]).trim(), reason: String(input["reason"]).trim() };
}

/** A calendar that was not read could close the window. An emergency asks none. */
function feedFindings({ feeds = [] }: PatchWindowSpec): Finding[] {
  return feeds.map(({ url, index }) => ({
    path: ["window", "blackouts", index, "url"],
    message: `its calendar is not among "calendars", as ${typeof url === "string" ? "its address" : feedKey(url)}: a window does not open while it is not known when`,
  }));
}

/** The host must be among the others as it is declared itself: it is reached as the run knows it. */
function placeFindings(window: PatchWindowSpec, host: HostSpec, hosts: readonly HostSpec[]): Finding[] {
  const place = hosts.find((each) => each.name === host.name);
  if (place === undefined) return [{ path: ["hosts"], message: `does not have ${host.name}, the host itself` }];
  if (isSelected(window.hosts, place.labels)) return [];
  return [{ path: ["host"], message: `${host.name} is none of the window's hosts: its labels do not fit` }];
}

const isLine = (value: PropertyValue | undefined) =>
  typeof value === "string" && value.trim() !== "" && !/\p{Cc}/u.test(value);

const textOf = (value: PropertyValue | undefined) => (typeof value === "string" ? value : undefined);
