import { nameOfUrn } from "./urn.js";

/**
 * What the engine or a plugin says, as those read it who know neither: with what to do next where its own advice
 * is for other circumstances. Anything unknown stays as it is.
 */
export function explain(message: string): string {
  const steps = [
    withoutCount,
    withoutProperty,
    withoutOrigin,
    aboutToken,
    aboutRefusal,
    aboutProtected,
    aboutInterrupted,
  ];
  return steps.reduce((text, step) => step(text), message);
}

/** What a plugin says of a resource that is there, and is not as it should be, comes as a list of one. */
function withoutCount(message: string): string {
  return message.replace(/^1 error occurred:\n\t\* /, "");
}

/** Why a server cannot be had is a property of its key only for the engine's sake; the engine repeats it as the property's value. */
function withoutProperty(message: string): string {
  return message.replace(/^allmende:index:HostKey resource '[^']*': property .*has a problem: /s, "");
}

/** The plugin for Hetzner logs what it then returns as well. */
function withoutOrigin(message: string): string {
  return message.replace(/^\s*sdk-v2\/provider2\.go:\d+: sdk\.helper_schema: (.*): provider=\S+$/s, "$1");
}

/** What helps against what Hetzner's API refuses, by its code. */
const remedies: Readonly<Record<string, string>> = {
  resource_limit_exceeded:
    "The project may have no more of these: raise its limit in the project's console, or take something out",
  resource_unavailable:
    "Hetzner has none left at the moment: try again later, or choose another server type or location",
  placement_error: "Hetzner has no room for it at the moment: try again later, or choose another location",
  rate_limit_exceeded: "Too many requests in this project: wait some minutes",
};

function aboutRefusal(message: string): string {
  const code = /\((\w+)(?:, [^)]*)?\)\s*$/.exec(message)?.[1] ?? /^\s*Error code: (\w+)/m.exec(message)?.[1];
  const remedy = code === undefined ? undefined : remedies[code];
  return remedy === undefined ? message : `${message.trimEnd()}. ${remedy}`;
}

/** Every resource fails with the same words, in three forms. */
function aboutToken(message: string): string {
  if (/Missing Hetzner Cloud API token/.test(message))
    return "there is no token for Hetzner's API: pulumi config set --secret hcloud:token (or HCLOUD_TOKEN)";
  if (/\(unauthorized\)|Error code: unauthorized/.test(message))
    return "Hetzner's API does not accept the token (hcloud:token): make one with write access in the project's console, under Security";
  return message;
}

/** The engine's advice is to take the protection off; what members have there would go with the server. */
function aboutProtected(message: string): string {
  if (!/currently marked for protection/.test(message)) return message;
  const urns = [...message.matchAll(/urn:pulumi:[^\s"'\]]+/g)].map(([urn]) => nameOfUrn(urn));
  const names = [...new Set(urns)].join(", ");
  return (
    `${names} would be deleted or replaced, and is protected: nothing was done. Move what is on it first: declare another host, give it as the host of each service, ` +
    "run `allmende up`, and copy the data of their volumes. Then set protect: false for this one, run `allmende up`, and take it out"
  );
}

/** The engine's advice after an interrupted run is about clouds; here the same run again puts everything right. */
function aboutInterrupted(message: string): string {
  if (!/pending operations? from previous deployment/.test(message)) return message;
  const names = [...message.matchAll(/\* (\S+), interrupted while/g)].map(([, urn = ""]) => nameOfUrn(urn));
  return `an earlier run was interrupted at ${[...new Set(names)].join(", ")}: this one goes on from there`;
}
