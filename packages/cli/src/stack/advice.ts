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
    aboutVanished,
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
    "Hetzner has none left at the moment: try again later, or choose another server type or location. A server that was to be resized is " +
    "switched off by now: run `allmende up` again with a type that there is, or with its former one after switching it on in the project's console",
  // Most often a run was cut off when the API had made something that the state does not know of.
  uniqueness_error:
    "The project has one that this stack does not know of. If a run was cut off that made it, nothing is on it yet: delete it in the " +
    "project's console and run `allmende up` again. If it is somebody else's, choose another name",
  placement_error: "Hetzner has no room for it at the moment: try again later, or choose another location",
  rate_limit_exceeded: "Too many requests in this project: wait some minutes",
};

function aboutRefusal(message: string): string {
  const code = /\((\w+)(?:, [^)]*)?\)\s*$/.exec(message)?.[1] ?? /^\s*Error code: (\w+)/m.exec(message)?.[1];
  const remedy = code === undefined ? undefined : remedies[code];
  return remedy === undefined ? message : `${message.trimEnd()}. ${remedy}`;
}

/** After a refresh, which the next run does by itself where the state is a local folder. */
function aboutVanished(message: string): string {
  if (!/reported that the resource did not exist while updating/.test(message)) return message;
  return "it is in the state, but not at Hetzner any more: run `allmende up --refresh`, which makes it anew";
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
