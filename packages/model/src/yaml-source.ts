import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
  type YAMLError,
} from "yaml";
import type { Finding } from "./finding.js";
import type { InputFinding } from "./schema-findings.js";

/** A YAML file of the inventory, and where in it everything stands. */
export interface YamlSource {
  /** Plain data; undefined when the text is no YAML. */
  readonly input: unknown;
  /** What is wrong with the YAML itself. */
  readonly findings: readonly Finding[];
  /** Adds file, line and column to a finding about `input`. */
  locate(finding: InputFinding): Finding;
  /** Numbers and truth values below `path` that were written otherwise than they read: `1.10` becomes 1.1. */
  rewritten(
    path: Finding["path"],
  ): readonly { readonly path: Finding["path"]; readonly written: string; readonly read: string }[];
}

export function parseYamlSource(file: string, text: string, options: { readonly anchors?: boolean } = {}): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true, version: "1.2" });
  const place = (offset: number): Pick<Finding, "file" | "line" | "column"> => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const findings: Finding[] = [...document.errors, ...document.warnings].map((error) => ({
    path: [],
    message: explain(error, text),
    ...place(error.pos[0]),
  }));
  if (options.anchors === false) {
    for (const offset of anchors(document)) findings.push({ path: [], message: anchorRefused, ...place(offset) });
  } else {
    for (const offset of unknownAliases(document)) findings.push({ path: [], message: unknownAlias, ...place(offset) });
  }
  // After an error in the YAML itself, what follows would be guesswork.
  const input = findings.length === 0 ? toPlain(document, findings, file) : undefined;
  return {
    input,
    findings,
    locate: ({ aboutKey, ...finding }) => ({
      ...finding,
      ...place(offsetOf(document, finding.path, aboutKey === true)),
    }),
    rewritten: (path) => rewrittenScalars(document, path),
  };
}

function toPlain(document: Document, findings: Finding[], file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    // Only aliases are resolved this late, and all of them lead somewhere.
    const message = "repeats itself too often with anchors and aliases";
    findings.push({ path: [], message, file, line: 1, column: 1 });
    return undefined;
  }
}

/** Where aliases stand whose anchors are not there. */
function unknownAliases(document: Document): number[] {
  const offsets: number[] = [];
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document) === undefined) offsets.push(startOf(alias) ?? 0);
    },
  });
  return offsets;
}

/** Where anchors and aliases stand. */
function anchors(document: Document): number[] {
  const offsets: number[] = [];
  visit(document, {
    Node: (_, node) => {
      if (isAlias(node) || node.anchor !== undefined) offsets.push(startOf(node) ?? 0);
    },
  });
  return offsets;
}

const anchorRefused =
  'has an anchor or an alias ("&name", "*name"): write it out, or put a text that begins so in quotes';
const openBracket = "has an open bracket: [ needs a ], { needs a }";
const unknownAlias = 'begins with "*", which in YAML refers to an anchor that is not there: put the value in quotes';

/**
 * The reader's own words for what people run into. What the library says after a colon is left out: it quotes the file,
 * and what stands there may be a secret.
 */
function explain(error: YAMLError, text: string): string {
  switch (error.code) {
    case "DUPLICATE_KEY":
      return `${keyAt(text, error.pos[0])} stands here twice: remove one`;
    case "TAB_AS_INDENT":
      return "is indented with a tab: YAML wants spaces";
    case "MULTIPLE_DOCS":
      return 'has a second document after "---": write one file for each thing';
    case "BLOCK_AS_IMPLICIT_KEY":
      return 'is not valid YAML here: put a value with ": " in it in quotes, and check the indentation';
    case "BAD_INDENT":
      return error.message.startsWith("Flow") ? openBracket : "is not indented like its neighbours";
    case "BAD_DQ_ESCAPE":
      return "has a backslash that means nothing here: double it, or use single quotes";
    case "BAD_ALIAS":
      return unknownAlias;
    case "TAG_RESOLVE_FAILED":
      return 'begins with "!", which in YAML names a type that is not known here: put the value in quotes';
    default:
      return `is not valid YAML: ${error.message.split(": ")[0]}`;
  }
}

/** A key as it is shown: only when it reads like one, since anything may stand there. */
function keyAt(text: string, offset: number): string {
  const [, key] = /^["']?([A-Za-z][\w.-]{0,63})["']?\s*:/.exec(text.slice(offset, offset + 80)) ?? [];
  return key === undefined ? "this key" : `"${key}"`;
}

/** Offset of what `path` leads to; of the innermost thing on the way that is there, when it leads nowhere. */
function offsetOf(document: Document, path: Finding["path"], aboutKey: boolean): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [index, part] of path.entries()) {
    const container = resolve(document, node);
    if (isMap(container)) {
      const pair = container.items.find((item) => isScalar(item.key) && String(item.key.value) === String(part));
      if (pair === undefined) return offset;
      const last = index === path.length - 1;
      const keyOffset = startOf(pair.key) ?? offset;
      // The inside of a block value starts on the next line: there its key is the better place.
      offset = (last && aboutKey) || !isScalar(pair.value) ? keyOffset : (startOf(pair.value) ?? keyOffset);
      node = pair.value;
    } else if (isSeq(container)) {
      node = container.items[Number(part)];
      offset = startOf(node) ?? offset;
    } else return offset;
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

function resolve(document: Document, node: unknown): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

function rewrittenScalars(
  document: Document,
  path: Finding["path"],
): { path: Finding["path"]; written: string; read: string }[] {
  const container = resolve(document, document.getIn(path, true));
  if (!isMap(container)) return [];
  return container.items.flatMap(({ key, value }) => {
    const node = resolve(document, value);
    if (!isScalar(key) || !isScalar(node) || !["number", "boolean"].includes(typeof node.value)) return [];
    const written = node.source ?? "";
    const read = String(node.value);
    return written === read ? [] : [{ path: [...path, String(key.value)], written, read }];
  });
}
