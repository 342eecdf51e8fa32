import { readFileSync } from "node:fs";
import type { Lab } from "@allmende/lab";
import { memberUid } from "@allmende/model";
import { planTemplate } from "@allmende/requests";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { catalogue } from "../unit/templates/catalogue-files.js";
import { asMember } from "./support/as-member.js";
import { GitServer } from "./support/git-server.js";
import { keepEvidence, testLab } from "./support/test-lab.js";
import { failuresOf, registry, TestStack } from "./support/test-stack.js";

const member = { name: "gita", number: 1511 };
const service = "gita-shop";
const port = 8095;
/** The official image's stand-in, with the lab's authority among those that it trusts. */
const image = `${registry}/node-trusting:22`;

let lab: Lab;
let git: GitServer;
let stack: TestStack;

const application = (word: string) => `import { createServer } from "node:http";

createServer((_, response) => response.end("${word}, " + process.env.NODE_ENV)).listen(process.env.PORT);
`;

beforeAll(async () => {
  lab = await testLab();
  await lab.offerTemplateImages();
  git = await GitServer.start(lab);
  stack = new TestStack("template-git", lab);
  stack.member(member.name, { number: member.number });
  await makeTrusting();
});

beforeEach(() => keepEvidence(lab));
afterAll(async () => {
  await stack?.destroy();
  await git?.close();
});

/** Official images trust public authorities; the lab has one of its own. */
async function makeTrusting(): Promise<void> {
  const script = `set -eu
podman create --quiet --name trusting ${registry}/node:22 > /dev/null
trap 'podman rm --force trusting > /dev/null; podman rmi --force ${registry}/node:22 ${image} > /dev/null' EXIT
mkdir -p /tmp/trusting/etc/ssl/certs
cat > /tmp/trusting/etc/ssl/certs/ca-certificates.crt
podman cp /tmp/trusting/. trusting:/
podman commit --quiet trusting ${image} > /dev/null
podman push --quiet ${image}
`;
  const stdin = readFileSync(lab.files.caCertificate, "utf8");
  const result = await lab.run("web1", ["sh", "-c", script], { stdin, timeoutMs: 300_000 });
  expect(result).toMatchObject({ exitCode: 0 });
}

const page = async () => (await lab.fetch("web1", port, "/")).body;

async function restart(): Promise<void> {
  const argv = asMember(member.name, memberUid(member.number), [
    "systemctl",
    "--user",
    "restart",
    `${service}.service`,
  ]);
  expect(await lab.run("web1", argv, { timeoutMs: 300_000 })).toMatchObject({ exitCode: 0, stderr: "" });
}

test("a member's code is fetched from their repository over https, and runs until it is healthy", async () => {
  const template = catalogue().find(({ name }) => name === "nodejs");
  if (template === undefined) throw new Error("no template nodejs");
  const manifest = '{ "name": "shop", "version": "1.0.0", "private": true, "type": "module", "main": "server.js" }\n';
  await git.commit("shop", { "package.json": manifest, "server.js": application("first") });
  const values = { image, port, repository: git.url("shop"), ram: "64MiB" };
  const plan = planTemplate(template, values, { member: member.name, host: "web1", name: service });
  if (!plan.ok) throw new Error(JSON.stringify(plan.findings));
  for (const [name, input] of Object.entries(plan.value.services)) stack.service(name, { ...input, deleteData: true });
  expect(failuresOf(await stack.up())).toBe("");
  expect(await page()).toBe("first, production");
});

test("each start fetches the newest state", async () => {
  await git.commit("shop", { "server.js": application("second") });
  await restart();
  expect(await page()).toBe("second, production");
});

test("while the repository cannot be reached, what was fetched last goes on", async () => {
  await git.close();
  await restart();
  expect(await page()).toBe("second, production");
});
