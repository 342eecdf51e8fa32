// GitLab: which merge request a pipeline is about that a webhook started, or somebody by hand. GitLab takes a merge request's own
// pipeline from the merge request itself; this one is the main branch's, and asks about it. From the environment:
//   TRIGGER_PAYLOAD  file with what the webhook said; or
//   CHANGE           number of the merge request
//   FORGE_TOKEN      may read merge requests
// Writes change.env: CHANGE, CHANGE_REF, HEAD_COMMIT, AUTHOR; all empty where there is nothing to look at.
import { readFileSync, writeFileSync } from "node:fs";
import { ask, changeNumber, forgeOf, required, run } from "./forge-api.mjs";

await run(async () => {
  const { env } = process;
  const change = env.TRIGGER_PAYLOAD ? changeOfHook(JSON.parse(readFileSync(env.TRIGGER_PAYLOAD, "utf8"))) : env.CHANGE;
  if (change === undefined || change === "") return write({ CHANGE: "", CHANGE_REF: "", HEAD_COMMIT: "", AUTHOR: "" });
  const number = changeNumber(String(change));
  const forge = forgeOf(env);
  // What the webhook says of it is not believed: it may be late, and its words are others'.
  const { state, target_branch: target, sha, author } = await ask(forge, `${forge.url}/merge_requests/${number}`);
  if (state !== "opened" || target !== required(env, "CI_DEFAULT_BRANCH")) {
    return write({ CHANGE: "", CHANGE_REF: "", HEAD_COMMIT: "", AUTHOR: "" });
  }
  if (!/^[0-9a-f]{40,64}$/.test(sha)) throw new Error("the merge request has no commit");
  if (!/^[\w.-]+$/.test(author?.username)) throw new Error("the merge request has no author");
  write({
    CHANGE: number,
    CHANGE_REF: `refs/merge-requests/${number}/head`,
    HEAD_COMMIT: sha,
    AUTHOR: author.username,
  });
});

/** Its number, when it was opened or has got commits. */
function changeOfHook({ object_kind: kind, object_attributes: change = {} }) {
  const hasNews = ["open", "reopen"].includes(change.action) || (change.action === "update" && change.oldrev);
  return kind === "merge_request" && hasNews ? change.iid : undefined;
}

/** @param {Record<string, string>} values */
function write(values) {
  const text = Object.entries(values).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync("change.env", text.join(""));
  console.log(values.CHANGE === "" ? "nothing to look at" : `merge request ${values.CHANGE} at ${values.HEAD_COMMIT}`);
}
