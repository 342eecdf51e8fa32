import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { UserError } from "@allmende/model";
import { cacheDirectory, pluginDirectory } from "../paths.js";
import type { StackFolder } from "./folder.js";

/** Where a stack's state is kept, and the variables the engine needs to find it. */
export interface Backend {
  readonly url: string;
  /** The folder of a local backend; undefined when the state is elsewhere. */
  readonly localDirectory?: string | undefined;
  readonly pulumiHome: string;
}

/** The state file of a stack in a local backend. */
export function stackFile(folder: StackFolder, backend: Backend): string | undefined {
  return (
    backend.localDirectory && join(backend.localDirectory, ".pulumi", "stacks", folder.project, `${folder.stack}.json`)
  );
}

/** The folder in which a stack without a backend of its own keeps its state: git-ignored, readable by its owner. */
export function stateDirectory(folder: Pick<StackFolder, "directory">): string {
  return join(folder.directory, ".state");
}

/**
 * PULUMI_BACKEND_URL, else `backend:` of Pulumi.yaml, else where the user is logged in, else the stack's .state folder.
 * Somebody who is logged in keeps their own Pulumi home; everybody else gets one in the cache.
 */
export function findBackend(folder: StackFolder, environment = process.env): Backend {
  // A variable that is not set in CI's settings comes as an empty text.
  const given = (name: string) => environment[name] || undefined;
  const ownHome = given("PULUMI_HOME") ?? join(homedir(), ".pulumi");
  const login = currentLogin(ownHome);
  const url = given("PULUMI_BACKEND_URL") ?? folder.backendUrl ?? login ?? `file://${stateDirectory(folder)}`;
  const pulumiHome = given("PULUMI_HOME") ?? (login ? ownHome : join(cacheDirectory(environment), "pulumi-home"));
  return { url, localDirectory: localDirectoryOf(url, folder.directory), pulumiHome };
}

function currentLogin(pulumiHome: string): string | undefined {
  try {
    const { current } = JSON.parse(readFileSync(join(pulumiHome, "credentials.json"), "utf8"));
    return typeof current === "string" && current !== "" ? current : undefined;
  } catch {
    return undefined; // Nobody is logged in.
  }
}

function localDirectoryOf(url: string, base: string): string | undefined {
  if (!url.startsWith("file://")) return undefined;
  const path = decodeURIComponent(url.slice("file://".length).replace(/\?.*$/, ""));
  if (path === "~" || path.startsWith("~/")) return join(homedir(), path.slice(1));
  return path.startsWith("/") ? path : join(base, path);
}

/**
 * The variables for the engine, on top of the process's own. Makes the folders of a local backend and, where
 * no passphrase is set, a random one in a file that only its owner can read.
 */
export function engineEnvironment(
  folder: StackFolder,
  backend: Backend,
  environment = process.env,
): Record<string, string> {
  mkdirSync(backend.pulumiHome, { recursive: true });
  const variables: Record<string, string> = {
    PULUMI_HOME: backend.pulumiHome,
    PULUMI_BACKEND_URL: backend.localDirectory ? `file://${backend.localDirectory}` : backend.url,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PATH: [pluginDirectory, environment["PATH"] ?? ""].join(delimiter),
  };
  if (backend.localDirectory) {
    mkdirSync(backend.localDirectory, { recursive: true, mode: 0o700 });
    const given = environment["PULUMI_CONFIG_PASSPHRASE"] !== undefined || environment["PULUMI_CONFIG_PASSPHRASE_FILE"];
    if (!given) variables["PULUMI_CONFIG_PASSPHRASE_FILE"] = passphraseFile(folder);
  }
  return variables;
}

function passphraseFile(folder: StackFolder): string {
  const path = join(stateDirectory(folder), "passphrase");
  if (existsSync(path)) return path;
  refuseWhenEncryptedAlready(folder, path);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
  return path;
}

/** A new passphrase would not open secrets that another one closed. */
function refuseWhenEncryptedAlready(folder: StackFolder, path: string): void {
  const settings = join(folder.directory, `Pulumi.${folder.stack}.yaml`);
  if (!existsSync(settings) || !/^encryptionsalt:/m.test(readFileSync(settings, "utf8"))) return;
  throw new UserError(`the secrets in ${settings} need their passphrase`, {
    code: "passphrase-missing",
    concerns: settings,
    nextStep: `set PULUMI_CONFIG_PASSPHRASE_FILE, or put the passphrase into ${path}`,
  });
}
