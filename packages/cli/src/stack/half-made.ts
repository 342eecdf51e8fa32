import { existsSync, readFileSync } from "node:fs";

interface StateFile {
  readonly checkpoint?: {
    readonly latest?: {
      readonly resources?: readonly {
        readonly urn?: string;
        readonly type?: string;
        readonly initErrors?: readonly string[];
      }[];
    };
  };
}

/**
 * URNs of what could not be made or changed to the end at Hetzner, by the state in this file (undefined: it is elsewhere). Hetzner takes some of that
 * back, and the plugin would change what is not there, or take for done what is not: the next run has to look at these first. At nothing
 * else, since a server that a resize left switched off would be waited for.
 */
export function findHalfMade(stateFile: string | undefined): string[] {
  if (stateFile === undefined || !existsSync(stateFile)) return [];
  const text = readFileSync(stateFile, "utf8");
  if (!text.includes('"initErrors"')) return [];
  const { checkpoint } = JSON.parse(text) as StateFile;
  return (checkpoint?.latest?.resources ?? []).flatMap(({ urn, type = "", initErrors = [] }) =>
    urn !== undefined && type.startsWith("hcloud:") && initErrors.length > 0 ? [urn] : [],
  );
}
