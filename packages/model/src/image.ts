import { UserError } from "./errors.js";

/** Where an image comes from. At least one of `tag` and `digest` is there. */
export interface ImageReference {
  /** `registry.allmende.test` or `localhost:5000`. */
  readonly registry: string;
  /** `anna/blog`. */
  readonly repository: string;
  readonly tag?: string | undefined;
  /** `sha256:` and 64 hexadecimal digits, or sha512 and 128. */
  readonly digest?: string | undefined;
}

/*
 * The grammar of github.com/distribution/reference (the one that Podman and registries use), minus short names. It is
 * written out here because no parser on npm is both small and kept up: they drag in native code or a compiled Go runtime.
 */
const hostPart = "(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)";
const pathPart = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
const registry = `(?:${hostPart}(?:\\.${hostPart})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const digest = "(?:sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})";
const grammar = new RegExp(`^(${registry})/(${pathPart}(?:/${pathPart})*)(?::(\\w[\\w.-]{0,127}))?(?:@(${digest}))?$`);
const longestName = 255;

/**
 * Takes an image reference apart. It must be fully qualified and say which version. Throws UserError (code `bad-image`)
 * that says what is missing.
 */
export function parseImage(text: string): ImageReference {
  // Bounded before the grammar is tried: nested repetitions must not meet long hostile text.
  if (text.length > 512) throw refuse("is too long for an image: at most 512 characters");
  const [, host, repository, tag, imageDigest] = grammar.exec(text) ?? [];
  if (host === undefined || repository === undefined) throw refuse(whyNotImage(text));
  if (!isRegistry(host)) throw refuse(shortName(text));
  if (`${host}/${repository}`.length > longestName)
    throw refuse("is too long for an image: at most 255 characters before the tag");
  if (tag === undefined && imageDigest === undefined)
    throw refuse(`${shown(text)} says no version: add a tag, such as ${text}:1.0, or a digest`);
  if (tag === "latest" && imageDigest === undefined) {
    throw refuse(
      'the tag "latest" changes without notice, so nobody could say what runs or go back to it: name a version or a digest',
    );
  }
  return { registry: host, repository, tag, digest: imageDigest };
}

/** As in the reference grammar: the first part is a registry only with a dot, a port, an IPv6 address, or as localhost. */
function isRegistry(host: string): boolean {
  return /[.:[]/.test(host) || host === "localhost";
}

function whyNotImage(text: string): string {
  if (/^[a-z]+:\/\//.test(text))
    return `${shown(text)} is not an image: leave out "${text.slice(0, text.indexOf("//") + 2)}", such as registry.example.org/anna/blog:1.0`;
  if (/\s/.test(text)) return "an image has no spaces in it";
  const afterAt = text.includes("@") ? text.slice(text.indexOf("@") + 1) : undefined;
  if (afterAt !== undefined && !new RegExp(`^${digest}$`).test(afterAt))
    return `${shown(text)} has a broken digest: sha256: and 64 lower-case hexadecimal digits`;
  if (!text.includes("/") || !isRegistry(text.slice(0, text.indexOf("/")))) return shortName(text);
  if (
    /[A-Z]/.test(
      text.slice(text.indexOf("/"), text.lastIndexOf(":") > text.indexOf("/") ? text.lastIndexOf(":") : undefined),
    )
  ) {
    return `${shown(text)} has upper-case letters: the name of an image is lower-case`;
  }
  return `${shown(text)} is not an image: write registry/name:version, such as registry.example.org/anna/blog:1.0`;
}

function shortName(text: string): string {
  const [first = ""] = text.split("/");
  const official = text.includes("/") && !first.includes(":") ? text : `library/${text}`;
  const guess =
    /^[a-z0-9._/:-]+$/.test(text) && text !== ""
      ? `, such as docker.io/${official}`
      : ", such as registry.example.org/anna/blog:1.0";
  return `${shown(text)} does not say which registry it comes from: write it in full${guess}`;
}

function shown(text: string): string {
  return JSON.stringify(text.length > 120 ? `${text.slice(0, 117)}...` : text);
}

function refuse(message: string): UserError {
  return new UserError(message, {
    code: "bad-image",
    nextStep: "Write registry/name:version or registry/name@sha256:….",
  });
}
