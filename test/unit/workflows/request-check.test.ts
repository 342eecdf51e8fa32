import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ChangeRepository, eventValues, request } from "./change-repository.js";
import { type ForgeServer, startForge } from "./forge-server.js";
import { type Forge, shellSteps } from "./workflow-files.js";

const repository = new ChangeRepository();
let server: ForgeServer;
/** Where a program called git notes what it was called with, and hands it on. */
const tools = join(repository.checkout, "..", "tools");
const calls = join(tools, "calls");

beforeAll(async () => {
  await repository.begin();
  const { stdout: git } = await execa("sh", ["-c", "command -v git"]);
  mkdirSync(tools);
  writeFileSync(
    join(tools, "git"),
    `#!/bin/sh\n{ printf 'git %s\\n' "$*"; env | sed 's/^/  /'; } >>${calls}\nexec ${git} "$@"\n`,
  );
  chmodSync(join(tools, "git"), 0o755);
});
afterAll(() => repository.end());
beforeEach(() => {
  for (const path of [join(repository.checkout, "request"), join(repository.checkout, "change.env"), calls])
    rmSync(path, { recursive: true, force: true });
});
afterEach(async () => await server?.close());

/** Runs the shell of a forge's workflow as its runner does, job after job, without setting up what is there already. */
async function runWorkflow(forge: Forge, head: string, more: Readonly<Record<string, string>> = {}) {
  const told = new Map<string, string>();
  const outputs: string[] = [];
  let exitCode = 0;
  const values = () => ({
    ...eventValues(forge, head),
    "github.token": server.token,
    "needs.check.outputs.comment": told.get("comment") ?? "",
  });
  const count = shellSteps(forge, values(), "request-check").length;
  for (let index = 0; index < count; index++) {
    const step = shellSteps(forge, values(), "request-check")[index];
    if (step === undefined || step.name === "Set up") continue;
    // What the steps' conditions say.
    if (forge !== "gitlab" && step.name === "Check" && told.get("touched") !== "yes") continue;
    if (forge !== "gitlab" && step.job === "comment" && !told.get("comment")) continue;
    const outputFile = join(tools, "output");
    writeFileSync(outputFile, "");
    const result = await execa("bash", ["-e", "-o", "pipefail", "-c", step.script.replace(/^npm run setup.*$/m, ":")], {
      cwd: repository.checkout,
      env: { ...environmentOf(forge, step.job, outputFile), ...step.environment, ...more },
      ...{ extendEnv: false, reject: false, all: true, stdin: "ignore" },
    });
    outputs.push(result.all);
    for (const line of readFileSync(outputFile, "utf8").split("\n").filter(Boolean)) {
      const [name = "", ...value] = line.split("=");
      told.set(name, value.join("="));
    }
    if (exitCode === 0) exitCode = result.exitCode ?? -1;
  }
  return { exitCode, output: outputs.join("\n"), told };
}

function environmentOf(forge: Forge, job: string, outputFile: string): Record<string, string> {
  const { PATH = "", HOME = "" } = process.env;
  const base = { PATH: `${tools}:${PATH}`, HOME };
  if (forge !== "gitlab") {
    // Forgejo's runner gives its token to every step.
    const token: Record<string, string> = forge === "forgejo" ? { GITHUB_TOKEN: server.token } : {};
    return {
      ...base,
      ...token,
      GITHUB_API_URL: server.url,
      GITHUB_REPOSITORY: "coop/allmende",
      GITHUB_OUTPUT: outputFile,
    };
  }
  const dotenv = join(repository.checkout, "change.env");
  const found = existsSync(dotenv) ? readFileSync(dotenv, "utf8").trim().split("\n") : [];
  return {
    ...{
      ...base,
      CI_API_V4_URL: server.url,
      CI_PROJECT_ID: "12",
      CI_DEFAULT_BRANCH: "main",
      CI_PIPELINE_URL: "http://p",
    },
    // Variables of the environment's scope.
    ...(job === "request-check" ? {} : { FORGE_TOKEN: server.token }),
    ...(job === "request-find" ? { CHANGE: "7" } : {}),
    ...Object.fromEntries(found.map((line) => line.split("="))),
  };
}

async function propose(files: Readonly<Record<string, unknown>>, links: Readonly<Record<string, string>> = {}) {
  const head = await repository.propose(files, links);
  const author = { username: "anna-login" };
  server.change = { iid: 7, state: "opened", target_branch: "main", sha: head, author };
  return head;
}

describe.each(["github", "forgejo", "gitlab"] as const)("%s", (forge) => {
  beforeEach(async () => {
    server = await startForge(forge);
  });

  test("comments once with the effect, replaces it when the change does, and fails with the check", async () => {
    server.comments.push({ id: 1, by: "eve", body: "<!-- allmende request check -->\nAll is well." });
    const good = await propose(request());
    const first = await runWorkflow(forge, good);
    expect([first.exitCode, first.exitCode === 0 ? "" : first.output]).toEqual([0, ""]);
    expect(server.comments).toHaveLength(2);
    expect(server.comments[1]?.body).toContain("| `anna-blog` | `web1` | – | 64 MiB |");
    expect(server.comments[1]?.body).toContain("web1: 240 MiB of 640 MiB sold after this, 400 MiB left");
    expect(server.comments[1]?.body).toContain(good);

    const bad = await propose(request({ host: "web9" }));
    const second = await runWorkflow(forge, bad);
    expect(second.exitCode).toBe(2);
    expect(server.comments).toHaveLength(2);
    expect(server.comments[1]?.body).toContain("web9");
    expect(server.comments[1]?.body).not.toContain(good);
    // Somebody else's comment with the same mark is nobody's to replace.
    expect(server.comments[0]?.body).toContain("All is well.");
    if (forge === "gitlab")
      expect([server.statuses.get(good), server.statuses.get(bad)]).toEqual(["success", "failed"]);
  });

  test("runs nothing of a hostile change, puts none of it on the disk, and has no token in reach of it", async () => {
    const evil = `touch ${join(repository.checkout, "owned")}`;
    const head = await propose(
      {
        ...request(),
        "templates/workflows/request-check.sh": `${evil}\n`,
        "templates/workflows/post-comment.mjs": `import { execSync } from "node:child_process"; execSync(${JSON.stringify(evil)});\n`,
        "package.json": JSON.stringify({ scripts: { preinstall: evil, setup: evil } }),
        ".gitattributes": "* filter=evil merge=evil diff=evil\n",
        ".gitmodules": '[submodule "x"]\n\tpath = x\n\turl = ../forge.git\n\tupdate = !touch owned\n',
        "$(touch owned)": "x",
      },
      { "stacks/coop/inventory/requests/link.yaml": "/etc/passwd" },
    );
    const { exitCode, output } = await runWorkflow(forge, head);
    expect(exitCode).toBe(2);
    expect(server.comments).toHaveLength(1);
    expect(server.comments[0]?.body).toContain("templates/workflows/request-check.sh");
    expect(server.comments[0]?.body).not.toContain("root:");
    expect(await repository.changesOfCheckout()).toBe("");
    const called = readFileSync(calls, "utf8");
    expect(called).toContain("merge-tree --write-tree");
    const arguments_ = called.split("\n").filter((line) => line.startsWith("git "));
    // The fetch alone has it, in a setting of its environment; nothing that reads the change does.
    const readers = called.slice(called.indexOf("git -C"));
    for (const text of [output, arguments_.join("\n"), readers]) {
      expect(text).not.toContain(server.token);
      expect(text).not.toContain(Buffer.from(`x-access-token:${server.token}`).toString("base64"));
    }
  });

  test("says nothing where a change touches no inventory", async () => {
    const { exitCode } = await runWorkflow(forge, await propose({ "README.md": "Better\n" }));
    expect([exitCode, server.comments]).toEqual([0, []]);
  });

  test("checks the commit that it was started for, or none", async () => {
    const head = await propose(request());
    const replaced = `${"0".repeat(39)}1`;
    if (forge === "gitlab") server.change = { ...server.change, sha: replaced };
    const { exitCode, output } = await runWorkflow(forge, replaced);
    expect(exitCode).not.toBe(0);
    expect(output).toContain("was replaced by another one");
    expect([server.comments, head.length]).toEqual([[], 40]);
  });
});

test.each([
  ["CHANGE_REF", "refs/heads/main --upload-pack=touch"],
  ["CHANGE_REF", "--upload-pack=touch"],
  ["HEAD_COMMIT", "main"],
  ["HEAD_COMMIT", "--output=owned"],
])("refuses %s that is none: %s", async (name, value) => {
  server = await startForge("github");
  const { exitCode } = await runWorkflow("github", await propose(request()), { [name]: value });
  expect([exitCode, server.comments]).toEqual([2, []]);
  expect(await repository.changesOfCheckout()).toBe("");
});

describe("what GitLab's webhook says", () => {
  const payload = join(repository.checkout, "..", "payload.json");
  const run = async (hook: unknown) => {
    writeFileSync(payload, JSON.stringify(hook));
    return await runWorkflow("gitlab", "", { TRIGGER_PAYLOAD: payload });
  };
  const hook = (attributes: object) => ({ object_kind: "merge_request", object_attributes: { iid: 7, ...attributes } });

  test("is looked into for a change's number alone, and only where it has news", async () => {
    server = await startForge("gitlab");
    await propose(request());
    for (const attributes of [{ action: "approved" }, { action: "update" }]) {
      expect((await run(hook(attributes))).output).toContain("nothing to look at");
      expect(server.comments).toEqual([]);
    }
    expect((await run(hook({ action: "update", oldrev: "abc", target_branch: "x" }))).exitCode).toBe(0);
    expect(server.comments).toHaveLength(1);
    expect((await run(hook({ action: "open", iid: "7/../8" }))).exitCode).toBe(1);
  });

  test("starts no check of what goes elsewhere, or is closed", async () => {
    server = await startForge("gitlab");
    const head = await propose(request());
    for (const change of [{ target_branch: "other" }, { state: "merged" }]) {
      server.change = { ...server.change, state: "opened", target_branch: "main", sha: head, ...change };
      expect((await run(hook({ action: "open" }))).output).toContain("nothing to look at");
    }
    expect(server.comments).toEqual([]);
  });
});
