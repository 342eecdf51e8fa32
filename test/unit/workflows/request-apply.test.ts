import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { ChangeRepository, request } from "./change-repository.js";
import { type Forge, shellSteps } from "./workflow-files.js";

// Each starts a dozen programs.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const repository = new ChangeRepository();
const memory = join(repository.checkout, "apply-memory");
const mail = `${JSON.stringify({ id: "x", state: "sent", at: "2026-11-24T00:00:00Z", until: "2099-01-01T00:00:00Z" })}\n`;
/** What needs no secret is empty; so is the forge's token: the merge commit tells who approved. */
const nothing = new Proxy({}, { get: () => "" });

beforeAll(async () => await repository.begin());
afterAll(() => repository.end());

/** Runs the job as its runner does, without setting up what is there already. */
async function runWorkflow(forge: Forge) {
  const steps = shellSteps(forge, nothing, "request-apply").filter(({ name }) => name !== "Set up");
  const [step, ...others] = steps;
  if (step === undefined || others.length > 0) throw new Error("the job has other steps than these");
  const { PATH = "", HOME = "" } = process.env;
  const summary = join(repository.checkout, ".state-summary");
  writeFileSync(summary, "");
  const env = { PATH, HOME, ...(forge === "gitlab" ? {} : { GITHUB_STEP_SUMMARY: summary }), ...step.environment };
  const result = await execa("bash", ["-e", "-c", step.script.replace(/^npm run setup.*$/m, ":")], {
    ...{ cwd: repository.checkout, env, extendEnv: false, reject: false, all: true, stdin: "ignore" },
  });
  return { exitCode: result.exitCode, output: result.all, summary: readFileSync(summary, "utf8") };
}

test.each(["github", "forgejo", "gitlab"] as const)(
  "%s: nothing is applied that nobody else approved; the job says so, fails, and forgets no mail",
  async (forge) => {
    if (forge === "github") {
      const head = await repository.propose(request());
      await repository.merge(head, "anna@example.org", "Approved-by: Anna <anna@example.org>");
    }
    mkdirSync(memory, { recursive: true });
    writeFileSync(join(memory, "mail-test.jsonl"), mail);
    const { exitCode, output, summary } = await runWorkflow(forge);
    expect([exitCode, exitCode === 2 ? "" : output]).toEqual([2, ""]);
    expect(JSON.parse(repository.read("applied/approved.json"))).toMatchObject({
      ok: false,
      requests: [{ id: "20261124-1200-anna-blog", approved: false, needed: 1, by: [] }],
    });
    expect(existsSync(join(repository.checkout, "applied/apply.json"))).toBe(false);
    expect(repository.read("applied/requests.txt")).toMatch(/20261124-1200-anna-blog .*checked/);
    if (forge !== "gitlab") expect(summary).toMatch(/failed \(exit code 2\)\n\n {4}REQUEST/);
    expect(repository.read("stacks/coop/.state/mail-test.jsonl")).toBe(mail);
    expect(repository.read("apply-memory/mail-test.jsonl")).toBe(mail);
  },
);

test("what is merged later by somebody else approves nothing that came before", async () => {
  const head = await repository.propose({ "README.md": "Better\n" });
  await repository.merge(head, "ben@example.org");
  expect((await runWorkflow("github")).exitCode).toBe(2);
});
