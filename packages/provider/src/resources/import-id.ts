import type { ResourceId } from "@allmende/host";
import { UserError } from "@allmende/model";
import type { DeclarationKind } from "./declaration.js";

/** Where an SSH server is, and who logs in. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
  readonly user: string;
}

/** What an import says: where to look, by which way, and for what. */
export interface ImportId {
  readonly host: Endpoint;
  /** The bastion to go through. */
  readonly via: Endpoint | undefined;
  readonly id: ResourceId;
}

const endpoint = String.raw`(?:[^@/,]+@)?(?:\[[^\]/,]+\]|[^:@/,[\]]+)(?::\d+)?`;
const importPattern = new RegExp(`^(?<host>${endpoint})(?:,via=(?<via>${endpoint}))?(?<names>(?:/[^/,]+)*)$`);

/**
 * `[user@]address[:port]`, with a bastion `,via=[user@]address[:port]`, then `/member` and `/service` as the kind has them.
 * Throws `bad-import-id`.
 */
export function parseImportId(kind: DeclarationKind, text: string): ImportId {
  const groups = importPattern.exec(text)?.groups;
  const names = groups?.["names"]?.split("/").slice(1) ?? [];
  const wanted = { host: [], member: ["MEMBER"], service: ["MEMBER", "SERVICE"] }[kind];
  if (groups?.["host"] === undefined || names.length !== wanted.length) {
    throw new UserError(`"${text}" is not the id of a ${kind} to import.`, {
      code: "bad-import-id",
      concerns: text,
      nextStep: `Write it as ${["[USER@]ADDRESS[:PORT][,via=[USER@]BASTION[:PORT]]", ...wanted].join("/")}.`,
    });
  }
  return {
    host: parseEndpoint(groups["host"]),
    via: groups["via"] === undefined ? undefined : parseEndpoint(groups["via"]),
    id: (kind === "host" ? "host" : [kind, ...names].join("/")) as ResourceId,
  };
}

/** `[user@]address[:port]`, an IPv6 address in brackets. */
function parseEndpoint(text: string): Endpoint {
  const [, user = "root", place = ""] = /^(?:(.+)@)?(.+)$/.exec(text) ?? [];
  const [, address = place, port = "22"] = /^(.+?)(?::(\d+))?$/.exec(place) ?? [];
  return { address: address.replace(/^\[|\]$/g, ""), port: Number(port), user };
}
