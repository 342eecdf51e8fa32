import { UserError } from "@allmende/model";
import { nameOfUrn } from "./urn.js";

interface Exported {
  readonly deployment?: { readonly resources?: readonly { readonly urn?: string; readonly protect?: boolean }[] };
}

/**
 * What keeps a stack from being destroyed, from its export: UserError `protected`, or undefined. The engine would notice on the way, when
 * everything that is on a protected host was forgotten already.
 */
export function findProtected(exported: string, directory: string): UserError | undefined {
  const { deployment } = JSON.parse(exported) as Exported;
  const held = (deployment?.resources ?? []).filter(({ protect, urn }) => protect === true && urn !== undefined);
  const all = [...new Set(held.map(({ urn = "" }) => nameOfUrn(urn)))].sort();
  // A server's volume and addresses are called by its name.
  const names = all.filter((name) => !all.some((other) => name.startsWith(`${other}-`)));
  if (names.length === 0) return undefined;
  return new UserError(`${names.join(", ")}: protected, so nothing was done`, {
    code: "protected",
    concerns: directory,
    nextStep: `when nothing on ${names.length === 1 ? "it" : "them"} is needed any more: set protect: false for ${names.join(", ")}, run \`allmende up\`, then this again`,
  });
}
