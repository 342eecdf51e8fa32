// Posts the comment about a change, or replaces the one that stands there. From the environment:
//   CHANGE        number of the pull or merge request
//   COMMENT       Markdown in base64, as request-check.sh tells it; or
//   OUT           the folder with comment.md and result
//   FORGE_TOKEN   may write comments on changes, and nothing else that it need not
//   COMMENTED_BY  login under which the token writes (GitHub: github-actions[bot], Forgejo: forgejo-actions; GitLab tells it itself)
//   HEAD_COMMIT   GitLab: the commit that gets the result as a status, so that a failed check can keep a merge back
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ask, changeNumber, forgeOf, required, run } from "./forge-api.mjs";

const marker = "<!-- allmende request check -->";
const pageSize = 50;

await run(async () => {
  const { env } = process;
  const forge = forgeOf(env);
  const change = changeNumber(required(env, "CHANGE"));
  const body = `${marker}\n${readComment(env)}`;
  const isGitLab = forge.kind === "gitlab";
  const list = `${forge.url}/${isGitLab ? `merge_requests/${change}/notes` : `issues/${change}/comments`}`;
  const own = await findOwn(forge, list, await commenter(forge, env));
  if (own === undefined) await ask(forge, list, { method: "POST", body: { body } });
  else {
    const one = isGitLab ? `${list}/${own}` : `${forge.url}/issues/comments/${own}`;
    await ask(forge, one, { method: isGitLab ? "PUT" : "PATCH", body: { body } });
  }
  console.log(own === undefined ? "commented" : "replaced the comment");
  if (isGitLab) await setStatus(forge, env);
});

/** @param {NodeJS.ProcessEnv} env */
function readComment(env) {
  if (env.COMMENT) return Buffer.from(env.COMMENT, "base64").toString("utf8");
  return readFileSync(join(required(env, "OUT"), "comment.md"), "utf8");
}

/**
 * Only a comment of our own is replaced: whoever wrote another one with the same mark could change it afterwards.
 * @param {ReturnType<typeof forgeOf>} forge
 * @param {NodeJS.ProcessEnv} env
 */
async function commenter(forge, env) {
  if (env.COMMENTED_BY) return env.COMMENTED_BY;
  if (forge.kind !== "gitlab") return forge.kind === "github" ? "github-actions[bot]" : "forgejo-actions";
  return (await ask(forge, `${required(env, "CI_API_V4_URL")}/user`)).username;
}

/**
 * @param {ReturnType<typeof forgeOf>} forge
 * @param {string} list
 * @param {string} by
 * @returns {Promise<number | undefined>}
 */
async function findOwn(forge, list, by) {
  const size = forge.kind === "forgejo" ? "limit" : "per_page";
  let before = "";
  for (let page = 1; ; page++) {
    const comments = await ask(forge, `${list}?${size}=${pageSize}&page=${page}`);
    const own = comments.find(
      ({ body, user, author }) => body?.startsWith(marker) && (user?.login ?? author?.username) === by,
    );
    if (own !== undefined) return own.id;
    // Forgejo shows all of them on every page.
    const shown = JSON.stringify(comments.map(({ id }) => id));
    if (comments.length < pageSize || shown === before) return undefined;
    before = shown;
  }
}

/**
 * @param {ReturnType<typeof forgeOf>} forge
 * @param {NodeJS.ProcessEnv} env
 */
async function setStatus(forge, env) {
  const commit = required(env, "HEAD_COMMIT");
  if (!/^[0-9a-f]{40,64}$/.test(commit)) throw new Error("HEAD_COMMIT is no commit");
  const state = readFileSync(join(required(env, "OUT"), "result"), "utf8").trim() === "success" ? "success" : "failed";
  await ask(forge, `${forge.url}/statuses/${commit}`, {
    method: "POST",
    body: { state, name: "allmende/request-check", target_url: env.CI_PIPELINE_URL },
  });
}
