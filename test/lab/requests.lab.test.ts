import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Lab } from "@allmende/lab";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { cgroupOf } from "./support/cgroup.js";
import { RequestsRepository } from "./support/requests-repository.js";
import { keepEvidence, testLab } from "./support/test-lab.js";
import { registry, TestStack } from "./support/test-stack.js";

let lab: Lab;
let stack: TestStack;
let repository: RequestsRepository;

const alma = { name: "Alma", email: "alma@example.org" };
const bert = { name: "Bert", email: "bert@example.org" };
const approvedBy = ({ name, email }: typeof alma) => `Approved-by: ${name} <${email}>`;
const today = new Date().toISOString().slice(0, 10);
/** web1 sells 1 GiB - 384 MiB = 640 MiB; a member counts 128 MiB there, a service 48 MiB. */
const ram = "1GiB";

const site = (service: string, member: string, port: number, size: string) => [
  "request",
  "new",
  "static-site",
  "--member",
  member,
  "--service",
  service,
  "--host",
  "web1",
  "--date",
  today,
  "--set",
  `image=${registry}/static-site:1`,
  "--set",
  `port=${port}`,
  "--set",
  `ram=${size}`,
];

beforeAll(async () => {
  lab = await testLab();
  stack = new TestStack("requests", lab);
  stack.hosts({ web1: { ram }, web2: null });
  stack.member("alma", { number: 1201, email: alma.email });
  stack.member("bert", { number: 1202, email: bert.email });
  repository = await RequestsRepository.begin(stack.directory, bert);
});

afterAll(async () => {
  await stack?.destroy();
});

describe("a member requests a service", () => {
  beforeEach(() => keepEvidence(lab));
  let created: string;
  let grown: string;

  test("asked, checked with a comment, approved by somebody else, applied, healthy", async () => {
    created = await repository.ask(alma, "blog", ...site("alma-blog", "alma", 8091, "64MiB"));
    const { exitCode, text } = await repository.comment("blog");
    expect(text).toContain("| `alma-blog` | `web1` | – | 64 MiB |");
    expect(text).toContain("€0.00 → **€0.25** per month");
    expect(text).toContain("RAM `64MiB`");
    expect(text).toContain("€25.00 once: last-minute surcharge");
    expect(text).toContain("web1: 240 MiB of 640 MiB sold after this, 400 MiB left");
    expect(exitCode).toBe(0);
    await repository.merge(bert, "blog", approvedBy(bert));
    expect(await repository.stateOf(created)).toBe("approved");
    const applied = await repository.allmende("request", "apply");
    expect(applied.text).toContain(created);
    expect(applied.exitCode).toBe(0);
    expect(await repository.stateOf(created)).toBe("applied");
    expect(await repository.stateOf(created, "--live")).toBe("healthy");
    expect((await lab.fetch("web1", 8091, "/")).status).toBe(200);
  });

  test("more RAM, without a restart", async () => {
    const before = await processOf("alma-blog");
    grown = await repository.ask(
      alma,
      "more",
      "request",
      "new",
      "--change",
      "alma-blog",
      "--set",
      "ram=96MiB",
      "--date",
      today,
    );
    expect((await repository.comment("more")).text).toContain("| `alma-blog` | `web1` | 64 MiB | 96 MiB |");
    await repository.merge(bert, "more", approvedBy(bert));
    expect((await repository.allmende("request", "apply")).exitCode).toBe(0);
    expect(await repository.stateOf(grown, "--live")).toBe("healthy");
    expect(await repository.stateOf(created)).toBe("replaced");
    expect(await processOf("alma-blog")).toBe(before);
    expect(await limitOf("alma-blog")).toBe(96 * 2 ** 20);
  });

  test("revert undoes one request as a change of its own", async () => {
    const undone = await repository.ask(alma, "less", "revert", grown);
    await repository.merge(bert, "less", approvedBy(bert));
    expect((await repository.allmende("request", "apply")).exitCode).toBe(0);
    expect(await repository.stateOf(undone)).toBe("applied");
    expect(await limitOf("alma-blog")).toBe(64 * 2 ** 20);
  });

  test("whoever asks approves nothing of their own, and nothing is applied then", async () => {
    const branch = "own";
    await repository.ask(alma, branch, ...site("alma-shop", "alma", 8092, "64MiB"));
    await repository.merge(alma, branch, approvedBy(alma));
    const applied = await repository.allmende("request", "apply");
    expect(applied.exitCode).toBe(2);
    expect(applied.document.error.code).toBe("not-approved");
    await expect(lab.fetch("web1", 8092, "/")).rejects.toThrow();
    await repository.git(bert, "reset", "-q", "--hard", "HEAD^");
  });

  test("what does not fit is refused with what would", async () => {
    await repository.git(alma, "checkout", "-q", "-b", "big", "main");
    const { exitCode, document } = await repository.allmende(...site("alma-big", "alma", 8093, "500MiB"));
    expect(exitCode).toBe(2);
    expect(document.file).toBeUndefined();
    expect(document.findings[0].message).toContain("What fits on web1: up to 352 MiB.");
    await repository.git(alma, "checkout", "-q", "main");
  });

  test("of two requests for the last free RAM one wins, and the other is told", async () => {
    await repository.ask(alma, "first", ...site("alma-wiki", "alma", 8094, "256MiB"));
    await repository.ask(bert, "second", ...site("bert-wiki", "bert", 8095, "200MiB"));
    expect((await repository.comment("first")).exitCode).toBe(0);
    expect((await repository.comment("second")).exitCode).toBe(0);
    await repository.merge(bert, "first", approvedBy(bert));
    const told = await repository.comment("second");
    expect(told.exitCode).toBe(2);
    expect(told.text).toContain("does not fit on web1");
  });

  test("merged all the same, the later one waits, and everything else is applied", async () => {
    await repository.merge(bert, "second", approvedBy(bert));
    const applied = await repository.allmende("request", "apply");
    expect(applied.exitCode).toBe(0);
    expect(applied.document.held).toEqual([expect.objectContaining({ request: expect.stringMatching(/-bert-wiki$/) })]);
    expect(applied.document.requests).toEqual([expect.stringMatching(/-alma-wiki$/)]);
    expect((await lab.fetch("web1", 8094, "/")).status).toBe(200);
    await expect(lab.fetch("web1", 8095, "/")).rejects.toThrow();
    const [{ request: waiting }] = applied.document.held;
    const shown = await repository.allmende("request", "show", waiting);
    expect(shown.document).toMatchObject({
      state: "held",
      because: [expect.stringContaining("does not fit on web1")],
    });
    // Nor does any other command take away what came first.
    expect(await stack.up()).toMatchObject({ exitCode: 0, changes: { same: expect.any(Number) } });
    expect((await lab.fetch("web1", 8094, "/")).status).toBe(200);
  });

  test("its end", async () => {
    const ended = await repository.ask(alma, "end", "request", "new", "--end", "alma-blog");
    await repository.merge(bert, "end", approvedBy(bert));
    expect((await repository.allmende("request", "apply")).exitCode).toBe(0);
    expect(await repository.stateOf(ended)).toBe("ended");
    await expect(lab.fetch("web1", 8091, "/")).rejects.toThrow();
  });

  test("a secret that a template makes is made once, and stands nowhere in the clear", async () => {
    const directory = join(stack.directory, "inventory/templates/vault");
    mkdirSync(directory);
    writeFileSync(join(directory, "template.yaml"), vault);
    writeFileSync(join(directory, "README.md"), "# Vault\n\n## Deutsch\n\nEin Tresor.\n\n## English\n\nA vault.\n");
    await repository.commit(bert, "Offer a vault");
    const values = ["--set", "port=8096", "--date", today];
    const asked = [
      "request",
      "new",
      "vault",
      "--member",
      "alma",
      "--service",
      "alma-vault",
      "--host",
      "web1",
      ...values,
    ];
    await repository.ask(alma, "vault", ...asked);
    await repository.merge(bert, "vault", approvedBy(bert));
    const applied = await repository.allmende("request", "apply");
    expect(applied.document.madeSecrets).toEqual(["alma.alma-vault.token"]);
    expect(applied.exitCode).toBe(0);
    await repository.commit(bert, "Keep the secret");
    const secret = await secretOf("alma-vault");
    expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/);
    const configuration = readFileSync(join(stack.directory, "Pulumi.test.yaml"), "utf8");
    expect(configuration).toMatch(/alma\.alma-vault\.token:\s+secure: v1:/);
    const journal = await lab.run("web1", ["journalctl", "--no-pager", "-o", "cat"]);
    const processes = await lab.run("web1", ["sh", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '"]);
    const units = await lab.run("web1", ["sh", "-c", "cat /etc/containers/systemd/users/21201/*"]);
    expect(processes.stdout).toContain("systemd");
    expect(units.stdout).toContain("alma-vault");
    for (const text of [applied.text, configuration, stack.stateText(), journal.stdout, processes.stdout, units.stdout])
      expect(text).not.toContain(secret);

    const again = await repository.allmende("request", "apply");
    expect(again.document.madeSecrets).toEqual([]);
    expect(await secretOf("alma-vault")).toBe(secret);
  });

  test("a newer catalogue is for new requests: what was approved runs on", async () => {
    const before = await processOf("alma-vault");
    const template = join(stack.directory, "inventory/templates/vault/template.yaml");
    writeFileSync(template, vault.replace("static-site:1 }", "static-site:2 }"));
    await repository.commit(bert, "Offer a newer vault");
    const check = await repository.allmende("check");
    expect(check.document).toMatchObject({ ok: true, notes: [{ path: ["values", "image"] }] });
    expect((await repository.allmende("request", "apply")).exitCode).toBe(0);
    expect(await processOf("alma-vault")).toBe(before);
  });
});

/** A service with a secret of its own making. */
const vault = `title: { de: Tresor, en: Vault }
help: { de: Ein Tresor., en: A vault. }
fields:
  port: { type: port, label: { de: Port, en: Port }, help: { de: Der Port., en: The port. } }
  image: { type: image, advanced: true, label: { de: Image, en: Image }, help: { de: Ein Image., en: An image. }, default: ${registry}/static-site:1 }
services:
  main:
    image: { field: image }
    ram: 64MiB
    ports: { web: { host: { field: port }, container: 8080 } }
    secrets: { TOKEN: { generate: token } }
    health: { http: /, port: web, start: 120s }
`;

/** What the member's container reads; only root and the member get there. */
async function secretOf(service: string): Promise<string> {
  const path = `/var/lib/allmende/secrets/21201/${service}`;
  expect((await lab.run("web1", ["stat", "-c", "%a %U", path])).stdout.trim()).toBe("750 root");
  return (await lab.run("web1", ["cat", `${path}/TOKEN`])).stdout;
}

const serviceCgroup = (service: string) => cgroupOf(1201, `${service}.service`);

/** Id and start time of the container's first process. */
async function processOf(service: string): Promise<string> {
  const script = `p=$(head -n 1 ${serviceCgroup(service)}/libpod-payload-*/cgroup.procs) && cut -d ' ' -f 1,22 "/proc/$p/stat"`;
  const result = await lab.run("web1", ["sh", "-c", script]);
  expect(result.exitCode).toBe(0);
  return result.stdout.trim();
}

/** Bytes that the running container may have. */
async function limitOf(service: string): Promise<number> {
  const result = await lab.run("web1", ["sh", "-c", `cat ${serviceCgroup(service)}/libpod-payload-*/memory.max`]);
  return Number(result.stdout);
}
