import { relative, resolve } from "node:path";
import { type Finding, type Language, loadInventory, UserError } from "@allmende/model";
import {
  type CheckResult,
  checkRequests,
  isEntitled,
  isHostmaster,
  isRequestFile,
  loadRequests,
  readCatalogue,
  requestTexts,
} from "@allmende/requests";
import { findInventory } from "../stack/inventory-folder.js";
import { hostsFile, readIgnoredHosts } from "./ignored-hosts.js";
import {
  type ChangedPath,
  changedPaths,
  commitId,
  commits,
  findRepository,
  git,
  inventoryInTree,
  mergedTree,
  type Repository,
  requireRepository,
  type TreeFiles,
} from "./repository.js";
import { type Requested, readRequested } from "./requested.js";
import { settleRequested } from "./settled.js";

export interface CheckOptions {
  readonly folder: string;
  /** Files of requests; without any, those that the branch adds. */
  readonly requests: readonly string[];
  /** Compare with this branch: what is looked at is the merge. */
  readonly base?: string | undefined;
  /** The commit with the change, which need not be checked out; HEAD unless given. Only with `base`. */
  readonly head?: string | undefined;
  /** Login at the forge of whoever opened the change. */
  readonly author?: string | undefined;
  readonly language: Language;
}

export interface CheckedChange extends CheckResult {
  /** hosts.yaml is in no commit, since git ignores it: that of the folder counted. */
  readonly hostsFromFolder?: true;
}

/** Checks requests as they would be after the merge, or as they lie in the folder. */
export async function checkChange(options: CheckOptions, nowMs = Date.now()): Promise<CheckedChange> {
  return options.base === undefined
    ? await checkFolder(readRequested(options.folder), options, nowMs)
    : await checkMerge(options, options.base, nowMs);
}

async function checkFolder(requested: Requested, options: CheckOptions, nowMs: number): Promise<CheckResult> {
  const { directory, files, templates } = requested;
  const named = options.requests.map((file) => relative(directory, resolve(file)));
  const repository = await findRepository(directory);
  const paths = named.length > 0 ? named : await newRequests(repository, files);
  const unknown = paths.find((path) => !files.has(path) || !isRequestFile(path));
  if (unknown !== undefined) {
    throw new UserError(`${unknown} is no request of this inventory`, {
      code: "unknown-request",
      concerns: unknown,
      nextStep: "name a file in its folder requests/",
    });
  }
  return checkRequests({
    files,
    ids: paths.map(idOf),
    authors: new Map(),
    templates,
    texts: requestTexts[options.language],
    nowMs,
  });
}

/** Requests that no commit has yet; all of them where there is no repository. */
async function newRequests(repository: Repository | undefined, files: ReadonlyMap<string, string>): Promise<string[]> {
  const all = [...files.keys()].filter(isRequestFile);
  if (repository === undefined) return all;
  const args = ["status", "--porcelain=v1", "-z", "--untracked-files=all", "--", `${repository.prefix}requests`];
  const status = await git(repository, ...args).catch(() => "");
  const changed = new Set(status.split("\0").map((entry) => entry.slice(3 + repository.prefix.length)));
  return all.filter((path) => changed.has(path));
}

async function checkMerge(options: CheckOptions, branch: string, nowMs: number): Promise<CheckedChange> {
  const texts = requestTexts[options.language];
  // The files are git's: what lies in the folder may be anything, and is no reason to end without a comment.
  const directory = findInventory(resolve(options.folder));
  const { templates } = readCatalogue(directory);
  const repository = await requireRepository(directory);
  const base = await commitId(repository, branch);
  const head = await commitId(repository, options.head ?? "HEAD");
  const tree = await mergedTree(repository, base, head);
  if (tree === undefined) return { findings: [{ path: [], message: texts.conflict }], effects: [], approvals: 1 };
  const changed = await changedPaths(repository, base, tree);
  const read = await inventoryInTree(repository, tree);
  const readBefore = await inventoryInTree(repository, base);
  const isCommitted = [read, readBefore].some(({ files }) => files.has(hostsFile));
  const ignored = isCommitted ? undefined : await readIgnoredHosts(repository, directory);
  const withHosts = ({ files }: Pick<TreeFiles, "files">) =>
    ignored?.text === undefined ? files : new Map([...files, [hostsFile, ignored.text]]);
  const former = withHosts(readBefore);
  const { held } = await settleRequested({ directory, files: former, templates }, { branch: base, nowMs });
  const files = withoutFiles(
    withHosts(read),
    held.map(({ request }) => request.file),
  );
  const ids = changed
    .filter(
      ({ path, isInInventory, status }) => isInInventory && isRequestFile(path) && status !== "D" && files.has(path),
    )
    .map(({ path }) => idOf(path));
  const all = await authorsOf(repository, `${base}..${head}`);
  const authors = new Map<string, readonly string[]>();
  for (const id of ids) {
    const emails = await authorsOf(repository, `${base}..${head}`, "--", `${repository.prefix}requests/${id}.yaml`);
    // A login is proven by the forge, an address in a commit by nobody.
    authors.set(id, options.author === undefined ? (emails.length > 0 ? emails : all) : [options.author]);
  }
  const result = checkRequests({ files, ids, authors, templates, texts, nowMs });
  const before = loadInventory(withoutRequests(former));
  const people = options.author === undefined ? all : [options.author];
  const byHostmasters = before.ok && people.length > 0 && people.every((who) => isHostmaster(who, before.value));
  // What waits never took effect: its member may take it back.
  const mayRemove = held.filter(
    ({ request }) =>
      before.ok &&
      people.length > 0 &&
      before.value.members.some(
        (member) => member.name === request.member && people.every((who) => isEntitled(who, member, before.value)),
      ),
  );
  const removable = mayRemove.map(({ request }) => request.file);
  const foreign = byHostmasters ? [] : foreignChanges(changed, removable, options.language);
  const at = (file: string, message: string): Finding => ({ path: [], message, file, line: 1, column: 1 });
  const isMissing = ignored !== undefined && ignored.text === undefined;
  const isOfHosts = ({ file, path }: Finding) => file === hostsFile && path.length === 0;
  return {
    ...result,
    ...(ignored?.text !== undefined && { hostsFromFolder: true }),
    findings: [
      ...(isMissing ? [at(hostsFile, texts.ignoredByGit)] : []),
      ...read.links.map((file) => at(file, texts.symbolicLink(file))),
      ...read.binary.map((file) => at(file, texts.notUtf8(file))),
      ...foreign,
      ...checkOwners(files, ids, options.language),
      ...result.findings.filter((finding) => !isMissing || !isOfHosts(finding)),
    ],
  };
}

/** E-mail addresses of those who wrote commits, as `git log ARGS` lists them. */
async function authorsOf(repository: Repository, ...args: readonly string[]): Promise<string[]> {
  return [...new Set((await commits(repository, ...args)).map(({ authorEmail }) => authorEmail))];
}

/** What stands in a member's change besides new requests. */
function foreignChanges(changed: readonly ChangedPath[], removable: readonly string[], language: Language): Finding[] {
  const texts = requestTexts[language];
  return changed.flatMap(({ path, isInInventory, status }) => {
    const isRequest = isInInventory && isRequestFile(path);
    if (isRequest && (status === "A" || (status === "D" && removable.includes(path)))) return [];
    const message = isRequest ? texts.changedLater(path) : texts.foreignFile(path);
    return [{ path: [], message, file: path, line: 1, column: 1 }];
  });
}

function checkOwners(files: ReadonlyMap<string, string>, ids: readonly string[], language: Language): Finding[] {
  const requests = loadRequests(files).requests.filter(({ id }) => ids.includes(id));
  const members = [...new Set(requests.map(({ member }) => member))];
  const [, second] = members;
  const other = requests.find(({ member }) => member === second);
  if (second === undefined || other === undefined) return [];
  return [other.locate(["member"], requestTexts[language].otherOwner(members))];
}

function withoutRequests(files: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...files].filter(([path]) => !path.startsWith("requests/")));
}

function withoutFiles(files: ReadonlyMap<string, string>, left: readonly string[]): ReadonlyMap<string, string> {
  return new Map([...files].filter(([path]) => !left.includes(path)));
}

function idOf(path: string): string {
  return path.slice("requests/".length).replace(/\.yaml$/, "");
}
