import { AllmendeError } from "@allmende/model";
import type { Review } from "./approval.js";

/** A forge, as its own CI describes it to jobs. */
export interface Forge {
  readonly kind: "github" | "forgejo" | "gitlab";
  /** Root of the API, without a slash at its end: `https://api.github.com`, `https://forge.example.org/api/v1`. */
  readonly api: string;
  /** `owner/name`; at GitLab also the number of the project. */
  readonly repository: string;
  readonly token: string | undefined;
}

/** The forge of the job that runs, by the variables that each forge's CI sets; undefined: none. */
export function forgeOf(environment: Readonly<Record<string, string | undefined>>): Forge | undefined {
  const read = (name: string) => environment[name] || undefined;
  const api = read("CI_API_V4_URL");
  const project = read("CI_PROJECT_ID");
  if (api !== undefined && project !== undefined)
    return { kind: "gitlab", api, repository: project, token: read("FORGE_TOKEN") };
  const [url, repository] = [read("GITHUB_API_URL"), read("GITHUB_REPOSITORY")];
  if (url === undefined || repository === undefined) return undefined;
  // Forgejo's runner sets GitHub's variables as well.
  const isForgejo =
    read("FORGEJO_ACTIONS") !== undefined || read("GITEA_ACTIONS") !== undefined || /\/api\/v1$/.test(url);
  const token = read("FORGE_TOKEN") ?? read("GITHUB_TOKEN");
  return { kind: isForgejo ? "forgejo" : "github", api: url.replace(/\/$/, ""), repository, token };
}

/** The review of the change with which a commit came; undefined: it came with none. Throws AllmendeError `forge-refused`, `forge-unreachable`. */
export async function readForgeReview(forge: Forge, commit: string, signal?: AbortSignal): Promise<Review | undefined> {
  const get = async (path: string) => await ask(forge, path, signal);
  const repository =
    forge.kind === "gitlab" ? `projects/${encodeURIComponent(forge.repository)}` : `repos/${forge.repository}`;
  if (forge.kind === "gitlab") return await readGitlab(get, repository, commit);
  const isGithub = forge.kind === "github";
  const found = await get(`${repository}/commits/${commit}/${isGithub ? "pulls" : "pull"}`);
  const pulls = listOf(found === undefined || Array.isArray(found) ? found : [found]) as Pull[];
  const pull = pulls.find((each) => each.merged_at);
  if (pull === undefined) return undefined;
  const reviews = await all<PullReview>(
    get,
    `${repository}/pulls/${pull.number}/reviews`,
    isGithub ? "per_page" : "limit",
  );
  const commits = await all<PullCommit>(
    get,
    `${repository}/pulls/${pull.number}/commits`,
    isGithub ? "per_page" : "limit",
  );
  return { ...judge(pull, reviews, commits), source: pull.html_url };
}

interface User {
  readonly login: string;
}
interface Pull {
  readonly number: number;
  readonly html_url: string;
  readonly merged_at: string | null;
  readonly user: User;
  readonly head: { readonly sha: string };
}
/** `APPROVED`, `CHANGES_REQUESTED` (GitHub), `REQUEST_CHANGES` (Forgejo), `DISMISSED`, `COMMENTED`, … */
interface PullReview {
  readonly user: User | null;
  readonly state: string;
  readonly commit_id: string;
  readonly dismissed?: boolean;
  readonly stale?: boolean;
}
interface PullCommit {
  readonly author: User | null;
  readonly commit: { readonly author: { readonly email: string } | null };
}

/** The last word of each reviewer counts; an approval only of what was merged, not of what it was before. */
function judge(
  pull: Pull,
  reviews: readonly PullReview[],
  commits: readonly PullCommit[],
): Omit<Review, "source" | "override"> {
  const last = new Map<string, PullReview>();
  for (const review of reviews) {
    if (review.user !== null && /APPROVED|CHANGES|DISMISSED/.test(review.state)) last.set(review.user.login, review);
  }
  const standing = [...last].filter(([, review]) => review.dismissed !== true && review.state !== "DISMISSED");
  const names = (wanted: (review: PullReview) => boolean) =>
    standing.filter(([, review]) => wanted(review)).map(([login]) => login);
  const writers = commits.flatMap(({ author, commit }) => [author?.login ?? "", commit.author?.email ?? ""]);
  return {
    authors: [...new Set([pull.user.login, ...writers])].filter((name) => name !== ""),
    approvers: names(
      ({ state, stale, commit_id }) => state === "APPROVED" && stale !== true && commit_id === pull.head.sha,
    ),
    objectors: names(({ state }) => state.includes("CHANGES")),
  };
}

async function readGitlab(
  get: (path: string) => Promise<unknown>,
  project: string,
  commit: string,
): Promise<Review | undefined> {
  const requests = listOf(await get(`${project}/repository/commits/${commit}/merge_requests`)) as MergeRequest[];
  const merged = requests.find(({ state }) => state === "merged");
  if (merged === undefined) return undefined;
  const { approved_by = [] } = ((await get(`${project}/merge_requests/${merged.iid}/approvals`)) ?? {}) as {
    approved_by?: readonly { readonly user: { readonly username: string } }[];
  };
  const commits = await all<{ readonly author_email: string }>(
    get,
    `${project}/merge_requests/${merged.iid}/commits`,
    "per_page",
  );
  return {
    authors: [...new Set([merged.author.username, ...commits.map(({ author_email }) => author_email)])],
    // GitLab takes approvals back when commits are added, where the project says so (the default).
    approvers: approved_by.map(({ user }) => user.username),
    objectors: [],
    source: merged.web_url,
  };
}

interface MergeRequest {
  readonly iid: number;
  readonly state: string;
  readonly web_url: string;
  readonly author: { readonly username: string };
}

const pageSize = 50;

/** All pages of a list. */
async function all<Item>(get: (path: string) => Promise<unknown>, path: string, size: string): Promise<Item[]> {
  const items: Item[] = [];
  for (let page = 1; ; page++) {
    const got = listOf(await get(`${path}?${size}=${pageSize}&page=${page}`)) as Item[];
    items.push(...got);
    if (got.length < pageSize) return items;
  }
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The answer's JSON; undefined when there is no such thing. */
async function ask({ kind, api, token }: Forge, path: string, signal?: AbortSignal): Promise<unknown> {
  const url = `${api}/${path}`;
  const authorization: Record<string, string> =
    token === undefined
      ? {}
      : kind === "gitlab"
        ? { "private-token": token }
        : { authorization: `${kind === "github" ? "Bearer" : "token"} ${token}` };
  const timeout = AbortSignal.timeout(30_000);
  const answer = await fetch(url, {
    headers: { accept: "application/json", ...authorization },
    redirect: "error",
    signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
  }).catch((cause: unknown) => {
    throw new AllmendeError(`the forge cannot be asked who approved: ${url}`, {
      code: "forge-unreachable",
      concerns: url,
      cause,
      nextStep: "run the job again once the forge answers",
    });
  });
  if (answer.status === 404) return undefined;
  if (!answer.ok) {
    throw new AllmendeError(`the forge does not say who approved: ${answer.status} for ${url}`, {
      code: "forge-refused",
      concerns: url,
      nextStep: "give the job a token that may read changes and their reviews: FORGE_TOKEN",
    });
  }
  return await answer.json();
}
