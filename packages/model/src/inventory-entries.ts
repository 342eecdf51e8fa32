import type * as z from "zod";
import type { Finding } from "./finding.js";
import { besideHetzner } from "./hetzner-input.js";
import { placeholderHostKey } from "./host-key.js";
import type { InventoryFile } from "./inventory-files.js";
import {
  hostFileEntrySchema,
  hostsFileSchema,
  type InventoryHostInput,
  type InventoryServiceInput,
  memberFileSchema,
  serviceFileSchema,
} from "./inventory-schemas.js";
import type { MemberInput } from "./member-input.js";
import { checkHostInput, parseHost, parseMember, parseService } from "./parse.js";
import type { Parsed } from "./parsed.js";
import { applySchema, type InputFinding } from "./schema-findings.js";
import { type LoadOptions, replaceSecretReferences, unresolvedSecret } from "./secret-references.js";
import { checkServiceInput } from "./service-checks.js";
import type { HostSpec, MemberSpec, ServiceSpec } from "./specs.js";
import { parseYamlSource, type YamlSource } from "./yaml-source.js";

/** One thing of an inventory. Without `loaded`, its findings say why; its name counts as taken all the same. */
export interface Entry<Spec, Input> {
  readonly name: string;
  readonly source: YamlSource;
  /** Where the thing stands in its source. */
  readonly at: Finding["path"];
  readonly findings: readonly Finding[];
  readonly loaded?: { readonly spec: Spec; readonly input: Input };
}

export type PlacedService = ServiceSpec & { readonly host: string };
export type HostEntry = Entry<HostSpec, InventoryHostInput>;
export type MemberEntry = Entry<MemberSpec, MemberInput>;
export type ServiceEntry = Entry<PlacedService, InventoryServiceInput>;

type Fields = Readonly<Record<string, unknown>>;

/** The hosts of hosts.yaml. What is wrong with the file as a whole comes with the first entry, or with one that has no name. */
export function loadHosts({ file, text }: InventoryFile): HostEntry[] {
  const source = parseYamlSource(file, text);
  const whole = wholeFindings(source, hostsNeed, applySchema(hostsFileSchema, source.input).findings);
  if (!isFields(source.input)) return [{ name: "", source, at: [], findings: whole }];
  const entries = Object.entries(source.input).map(([name, input]): HostEntry => {
    const at = [name];
    const cross = isFields(input) ? checkHostEntry(input) : [];
    const findings = cross.map((finding) => source.locate({ ...finding, path: [...at, ...finding.path] }));
    if (findings.length > 0 || applySchema(hostFileEntrySchema, input).findings.length > 0)
      return { name, source, at, findings };
    return {
      name,
      source,
      at,
      findings,
      ...loadedWhen(parseEntry(name, input as Fields), (spec) => ({
        spec,
        input: { ...(input as Omit<InventoryHostInput, "name">), name },
      })),
    };
  });
  return [...(whole.length > 0 ? [{ name: "", source, at: [], findings: whole }] : []), ...entries];
}

/** Beside `hetzner` there is no connection: it comes with the server. */
function checkHostEntry(input: Fields): Finding[] {
  if (input["hetzner"] === undefined) {
    const address = input["address"] === undefined ? [{ path: ["address"], message: addressMissing }] : [];
    return [...address, ...checkHostInput(input)];
  }
  const own = checkHostInput({ ...input, hostKey: "", hostKeys: undefined, bastion: undefined });
  return [...besideHetzner(input).map(({ key, message }) => ({ path: [key], message })), ...own];
}

const addressMissing = "is missing: DNS name or IP address";

/** A server that is to be made has a connection that leads nowhere: no key is pinned, so nothing is ever sent. */
function parseEntry(name: string, { hetzner, ...input }: Fields): Parsed<HostSpec> {
  if (hetzner === undefined) return parseHost({ ...input, name });
  const parsed = parseHost({ ...input, name, address: `${name}.invalid`, hostKey: placeholderHostKey });
  if (!parsed.ok) return parsed;
  return { ok: true, value: { ...parsed.value, connection: { ...parsed.value.connection, hostKeys: [] } } };
}

export function loadMember({ file, text, ...rest }: InventoryFile): MemberEntry {
  const name = "name" in rest ? rest.name : "";
  const source = parseYamlSource(file, text);
  const findings = wholeFindings(
    source,
    needsOf(memberFileSchema),
    applySchema(memberFileSchema, source.input).findings,
  );
  if (findings.length > 0) return { name, source, at: [], findings };
  const input = { ...(source.input as Omit<MemberInput, "name">), name };
  return { name, source, at: [], findings, ...loadedWhen(parseMember(input), (spec) => ({ spec, input })) };
}

export function loadService({ file, text, ...rest }: InventoryFile, options: LoadOptions): ServiceEntry {
  const name = "name" in rest ? rest.name : "";
  const source = parseYamlSource(file, text);
  const content = contentOf(source.input, options);
  const findings = wholeFindings(source, needsOf(serviceFileSchema), [
    ...content.findings,
    ...checkWrittenNumbers(source),
  ]);
  if (findings.length > 0) return { name, source, at: [], findings };
  const loaded = loadedWhen(placedService(content.resolved, name), (spec) => ({
    spec,
    input: { ...(source.input as Omit<InventoryServiceInput, "name">), name },
  }));
  return { name, source, at: [], findings, ...loaded };
}

/** The content of `services/NAME.yaml` as plain data: the service, or everything that is wrong with it by itself. */
export function parseServiceFile(input: unknown, name: string, options: LoadOptions = {}): Parsed<PlacedService> {
  const { resolved, findings } = contentOf(input, options);
  if (findings.length > 0) return { ok: false, findings: findings.map(({ aboutKey: _, ...finding }) => finding) };
  return placedService(resolved, name);
}

function contentOf(input: unknown, options: LoadOptions): { resolved: unknown; findings: InputFinding[] } {
  const resolved = replaceSecretReferences(input, (config) => options.secret?.(config) ?? unresolvedSecret(config));
  const cross = isFields(resolved) ? checkServiceInput(resolved) : [];
  return { resolved, findings: [...applySchema(serviceFileSchema, input).findings, ...cross] };
}

function placedService(resolved: unknown, name: string): Parsed<PlacedService> {
  const { host, ...input } = { ...(resolved as Omit<InventoryServiceInput, "name">), name };
  const parsed = parseService(input);
  return parsed.ok ? { ok: true, value: { ...parsed.value, host } } : parsed;
}

/** YAML reads `1.10` as the number 1.1 and `0x10` as 16; the service would get something else than what stands there. */
function checkWrittenNumbers(source: YamlSource): Finding[] {
  return source.rewritten(["environment"]).map(({ path, written, read }) => ({
    path,
    message: `YAML reads ${written} as ${read}: put it in quotes, "${written}"`,
  }));
}

const hostsNeed = "the name of a host, with address and reserve below it";

/** The keys that a file cannot do without. */
export function needsOf({ shape }: { readonly shape: Readonly<Record<string, z.ZodType>> }): string {
  const isRequired = ([, schema]: [string, z.ZodType]) => !schema.safeParse(undefined).success;
  return Object.entries(shape)
    .filter(isRequired)
    .map(([key]) => key)
    .join(", ");
}

/** Findings of the YAML alone when it could not be read, else those of its content as well, with their places. */
export function wholeFindings(source: YamlSource, needs: string, content: readonly InputFinding[]): Finding[] {
  if (source.input === undefined) return [...source.findings];
  if (source.input === null) return [source.locate({ path: [], message: `is empty: it needs ${needs}` })];
  return [...source.findings, ...content.map((finding) => source.locate(finding))];
}

export function loadedWhen<T, Loaded>(parsed: Parsed<T>, load: (value: T) => Loaded): { loaded?: Loaded } {
  return parsed.ok ? { loaded: load(parsed.value) } : {};
}

export function isFields(input: unknown): input is Fields {
  return typeof input === "object" && input !== null && !Array.isArray(input);
}
