import { isDeepStrictEqual } from "node:util";
import { isMap, parseDocument, stringify } from "yaml";

/** What stands below a host's name in hosts.yaml. */
export type HostEntry = Readonly<Record<string, string | number>>;

/**
 * hosts.yaml with one host more. What stands there stays as it is, comments and all: the entry is put below it. Only where the
 * file is written in braces, or empty, is it written anew (its comments stay).
 */
export function addHostEntry(text: string, name: string, entry: HostEntry): string {
  const document = parseDocument(text);
  const before = (document.toJS() ?? {}) as Readonly<Record<string, unknown>>;
  const appended = `${text === "" || text.endsWith("\n") ? text : `${text}\n`}${stringify({ [name]: entry }, { lineWidth: 0 })}`;
  const read = parseDocument(appended);
  if (read.errors.length === 0 && isDeepStrictEqual(read.toJS(), { ...before, [name]: entry })) return appended;
  if (isMap(document.contents) && document.contents.items.length === 0) document.contents.flow = false;
  document.set(name, document.createNode(entry));
  return document.toString({ lineWidth: 0 });
}
