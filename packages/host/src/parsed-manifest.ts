import type { DeclaredSpec, ResourceId } from "./resource.js";
import { parseResourceKey } from "./resource.js";

/** A manifest as the host has it. */
export interface ParsedManifest {
  readonly id: ResourceId;
  readonly uid: number;
  readonly memberName: string;
  readonly ramBytes: number;
  readonly memoryMaxBytes: number;
  readonly tasksMax: number;
  readonly entries: readonly ManifestEntry[];
  readonly ports: readonly { readonly port: number; readonly protocol: string }[];
  readonly declared: DeclaredSpec | undefined;
}

/** A path that a manifest owns. `access` as in `644 0 0`. */
export interface ManifestEntry {
  readonly kind: "file" | "dir";
  readonly path: string;
  readonly access: string;
}

/** Reads the lines of all manifests of a host, one after the other; lines that make no sense are passed over. */
export function parseManifests(lines: readonly string[]): ParsedManifest[] {
  const manifests = new Map<string, Mutable>();
  for (const line of lines) {
    const fields = line.split("\t");
    const [kind, key = ""] = fields;
    if (kind === "resource") {
      const created = startManifest(fields);
      if (created !== undefined) manifests.set(key, created);
      continue;
    }
    const manifest = manifests.get(key);
    if (manifest === undefined) continue;
    if (kind === "file" || kind === "dir") {
      manifest.entries.push({ kind, path: fields.at(-1) ?? "", access: fields.slice(2, 5).join(" ") });
    } else if (kind === "port") manifest.ports.push({ protocol: fields[2] ?? "", port: Number(fields[3]) });
    else if (kind === "spec") manifest.declared = parseSpec(fields.slice(2).join("\t"));
  }
  return [...manifests.values()];
}

type Mutable = { -readonly [K in keyof ParsedManifest]: ParsedManifest[K] } & {
  entries: ManifestEntry[];
  ports: { port: number; protocol: string }[];
};

function startManifest(fields: readonly string[]): Mutable | undefined {
  const [, key = "", , memberName = "-", uid, ram, max, tasks] = fields;
  try {
    return {
      id: parseResourceKey(key),
      uid: Number(uid),
      memberName,
      ramBytes: Number(ram),
      memoryMaxBytes: Number(max),
      tasksMax: Number(tasks),
      entries: [],
      ports: [],
      declared: undefined,
    };
  } catch {
    return undefined;
  }
}

function parseSpec(json: string): DeclaredSpec | undefined {
  try {
    return JSON.parse(json) as DeclaredSpec;
  } catch {
    return undefined;
  }
}
