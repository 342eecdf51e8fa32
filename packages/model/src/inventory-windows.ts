import type { Finding } from "./finding.js";
import { type Entry, type HostEntry, isFields, loadedWhen, wholeFindings } from "./inventory-entries.js";
import type { InventoryFile } from "./inventory-files.js";
import { windowEntryFileSchema, windowsFileSchema } from "./inventory-schemas.js";
import { isSelected } from "./labels.js";
import type { LabelSelector, PatchWindowSpec } from "./patch-window.js";
import type { PatchWindowInput } from "./patch-window-input.js";
import { checkPatchWindow, parsePatchWindow, type ReadCalendar } from "./patch-window-parse.js";
import { applySchema } from "./schema-findings.js";
import type { HostSpec } from "./specs.js";
import { parseYamlSource } from "./yaml-source.js";

export type WindowEntry = Entry<PatchWindowSpec, PatchWindowInput>;

const windowsNeed = "the name of a window, with recurrence, zone, start, duration and more below it";

/** The windows of windows.yaml. What is wrong with the file as a whole comes with an entry that has no name. */
export function loadWindows({ file, text }: InventoryFile, readCalendar: ReadCalendar): WindowEntry[] {
  const source = parseYamlSource(file, text);
  const whole = wholeFindings(source, windowsNeed, applySchema(windowsFileSchema, source.input).findings);
  if (!isFields(source.input)) return [{ name: "", source, at: [], findings: whole }];
  const entries = Object.entries(source.input).map(([name, written]): WindowEntry => {
    const at = [name];
    const cross = isFields(written) ? checkPatchWindow(written, readCalendar) : [];
    const findings = cross.map((finding) => source.locate({ ...finding, path: [...at, ...finding.path] }));
    const entry = { name, source, at, findings };
    if (findings.length > 0 || applySchema(windowEntryFileSchema, written).findings.length > 0) return entry;
    const input = { ...(written as Omit<PatchWindowInput, "name">), name };
    return { ...entry, ...loadedWhen(parsePatchWindow(input, readCalendar), (spec) => ({ spec, input })) };
  });
  return [...(whole.length > 0 ? [{ name: "", source, at: [], findings: whole }] : []), ...entries];
}

/** Selectors that no host fits: most often a label is spelled differently. Said only when every host could be read. */
export function checkWindowHosts(windows: readonly WindowEntry[], hosts: readonly HostEntry[]): Finding[] {
  const specs = hosts.flatMap(({ loaded }) => loaded?.spec ?? []);
  if (specs.length < hosts.length || specs.length === 0) return [];
  return windows.flatMap(({ loaded, source, at }) => {
    if (loaded === undefined) return [];
    return unmatched(loaded.spec, specs).map((finding) =>
      source.locate({ ...finding, path: [...at, ...finding.path] }),
    );
  });
}

function unmatched({ hosts, waves, canary }: PatchWindowSpec, all: readonly HostSpec[]): Finding[] {
  const fits = (selector: LabelSelector) => (host: HostSpec) => isSelected(selector, host.labels);
  const selected = all.filter(fits(hosts));
  if (selected.length === 0) return [{ path: ["hosts"], message: `fits no host in hosts.yaml${known(all)}` }];
  const parts = [
    ...waves.map((selector, index) => ({ path: ["waves", index], selector })),
    ...(canary === undefined || typeof canary.hosts === "number"
      ? []
      : [{ path: ["canary", "hosts"], selector: canary.hosts }]),
  ];
  return parts
    .filter(({ selector }) => !selected.some(fits(selector)))
    .map(({ path }) => ({ path, message: `fits none of the window's hosts${known(selected)}` }));
}

/** `; their labels: stage=test, stage=production`. */
function known(hosts: readonly HostSpec[]): string {
  const labels = hosts.flatMap((host) => Object.entries(host.labels ?? {}).map(([name, value]) => `${name}=${value}`));
  const distinct = [...new Set(labels)].sort();
  return distinct.length === 0 ? ": they have no labels" : `; their labels: ${distinct.join(", ")}`;
}
