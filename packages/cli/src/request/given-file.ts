import { readFileSync } from "node:fs";
import { decodeText, UserError } from "@allmende/model";
import { parseDocument } from "yaml";

/** The keys of a request in a YAML file, with the same limits as a request's own file. UserError `bad-request`. */
export function readGivenFile(file: string): Record<string, unknown> {
  const text = read(file);
  if (text === undefined) throw refuse(file, "is not UTF-8", "save it as UTF-8");
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) throw refuse(file, `cannot be read: ${error.message.split("\n")[0]}`);
  let input: unknown;
  try {
    input = document.toJS({ maxAliasCount: 0 });
  } catch {
    throw refuse(file, "has anchors and aliases", "write out what they stand for");
  }
  if (typeof input === "object" && input !== null && !Array.isArray(input)) return { ...input };
  throw refuse(file, "has no keys of a request");
}

function read(file: string): string | undefined {
  try {
    return decodeText(readFileSync(file));
  } catch (cause) {
    throw refuse(file, `cannot be read: ${(cause as Error).message}`, "name a file that is there");
  }
}

function refuse(file: string, what: string, nextStep = "write it like a file in requests/"): UserError {
  return new UserError(`${file} ${what}`, { code: "bad-request", concerns: file, nextStep });
}
