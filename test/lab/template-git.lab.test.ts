import { readFileSync } from "node:fs";
import type { Lab } from "@allmende/lab";
import { memberUid } from "@allmende/model";
import { planTemplate } from "@allmende/requests";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { catalogue } from "../unit/templates/catalogue-files.js";
import { asMember } from "./support/as-member.js";
import { GitServer } from "./support/git-server.js";
import { keepEvidence, testLab } from "./support/test-lab.js";
import { failuresOf, registry, TestStack } from "./support/test-stack.js";

const member = { name: "gita", number: 1511 };

interface Case {
  /** The official image's stand-in. */
  readonly image: string;
  readonly port: number;
  readonly ram: string;
  /** What is in the repository: an application that says a word. */
  files(word: string): Readonly<Record<string, string>>;
}

const cases: Readonly<Record<string, Case>> = {
  nodejs: {
    ...{ image: `${registry}/node:22`, port: 8095, ram: "64MiB" },
    files: (word) => ({
      "package.json":
        '{ "name": "shop", "version": "1.0.0", "private": true, "type": "module", "main": "server.js" }\n',
      "server.js": `import { createServer } from "node:http";\n
createServer((_, response) => response.end("${word}")).listen(process.env.PORT);\n`,
    }),
  },
  python: {
    ...{ image: `${registry}/python:3.13`, port: 8096, ram: "128MiB" },
    files: (word) => ({
      "requirements.txt": "packaging\n",
      "app.py": `def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"${word}"]\n`,
    }),
  },
};

let lab: Lab;
let git: GitServer;
let stack: TestStack;

beforeAll(async () => {
  lab = await testLab();
  await lab.offerTemplateImages();
  git = await GitServer.start(lab);
  stack = new TestStack("template-git", lab);
  stack.member(member.name, { number: member.number });
  for (const { image } of Object.values(cases)) await makeTrusting(image);
  // With one service alone, each restart would also begin the member's network and its name server anew.
  const beside = { host: "web1", image: `${registry}/static-site:1`, ram: "16MiB", networks: ["shared"] };
  stack.service("gita-beside", { ...beside, member: member.name, ports: { web: 8097 } });
});

beforeEach(() => keepEvidence(lab));
afterAll(async () => {
  await stack?.destroy();
  await git?.close();
});

const trusting = (image: string) => `${image}-trusting`;

/** Official images trust public authorities and know where packages are; in the lab both are its own. */
async function makeTrusting(image: string): Promise<void> {
  const given = {
    "ca.crt": readFileSync(lab.files.caCertificate, "utf8"),
    "make-wheels.py": readFileSync(new URL("support/make-wheels.py", import.meta.url), "utf8"),
  };
  for (const [name, stdin] of Object.entries(given))
    expect(await onHost(`mkdir -p /tmp/given; cat > /tmp/given/${name}`, stdin)).toMatchObject({ exitCode: 0 });
  const inside = `busybox mkdir -p /etc/ssl/certs
cat /given/ca.crt > /etc/ssl/certs/ca-certificates.crt
[ ! -x /usr/bin/python3 ] || python3 /given/make-wheels.py`;
  const script = `set -eu
trap 'podman rm --force trusting > /dev/null; podman rmi --force ${image} ${trusting(image)} > /dev/null' EXIT
podman run --name trusting --user 0:0 --network none --volume /tmp/given:/given:ro ${image} sh -euc '${inside}'
podman commit --quiet --change 'ENV PIP_NO_INDEX=1' --change 'ENV PIP_FIND_LINKS=/wheels' trusting ${trusting(image)} > /dev/null
podman push --quiet ${trusting(image)}
`;
  expect(await onHost(script)).toMatchObject({ exitCode: 0 });
}

const onHost = (script: string, stdin = "") => lab.run("web1", ["sh", "-c", script], { stdin, timeoutMs: 300_000 });

const page = async (name: string) => (await lab.fetch("web1", cases[name]?.port ?? 0, "/")).body;

async function restart(name: string): Promise<void> {
  const unit = ["systemctl", "--user", "restart", `gita-${name}.service`];
  const argv = asMember(member.name, memberUid(member.number), unit);
  expect(await lab.run("web1", argv, { timeoutMs: 300_000 })).toMatchObject({ exitCode: 0, stderr: "" });
}

test("members' code is fetched from their repositories over https, and runs until it is healthy", async () => {
  for (const [name, { image, port, ram, files }] of Object.entries(cases)) {
    const template = catalogue().find((each) => each.name === name);
    if (template === undefined) throw new Error(`no template ${name}`);
    await git.commit(name, files("first"));
    const values = { image: trusting(image), port, ram, repository: git.url(name) };
    const plan = planTemplate(template, values, { member: member.name, host: "web1", name: `gita-${name}` });
    if (!plan.ok) throw new Error(JSON.stringify(plan.findings));
    for (const [service, input] of Object.entries(plan.value.services))
      stack.service(service, { ...input, deleteData: true });
  }
  expect(failuresOf(await stack.up())).toBe("");
  for (const name of Object.keys(cases)) expect(await page(name), name).toBe("first");
});

describe.each(Object.keys(cases))("%s", (name) => {
  test("fetches the newest state at each start", async () => {
    await git.commit(name, cases[name]?.files("second") ?? {});
    await restart(name);
    expect(await page(name)).toBe("second");
  });
});

test("while the repositories cannot be reached, what was fetched last goes on", async () => {
  await git.close();
  for (const name of Object.keys(cases)) {
    await restart(name);
    expect(await page(name), name).toBe("second");
  }
});
