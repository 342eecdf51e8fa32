import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { stringify } from "yaml";
import { projectDirectory } from "../../lab/support/paths.js";
import { type Forge, workflowDirectory } from "./workflow-files.js";

/** Files by path; a value that is no text becomes YAML. */
type Files = Readonly<Record<string, unknown>>;

const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";
const inventory: Files = {
  "hosts.yaml": { web1: { address: "192.0.2.1", user: "root", hostKey, ram: "1GiB", reserve: "384MiB" } },
  "members/anna.yaml": { number: 1201, email: "anna@example.org" },
  "tariff.yaml": { currency: "EUR", ram: "4.00", lastMinuteSurcharge: "25.00" },
  "work.yaml": {
    ...{ zone: "UTC", leadTime: { default: "3d" }, deviation: 20, people: { anna: ["anna-login"] } },
    rules: [{ kind: "service-request", when: { change: ["create"] }, reason: { de: "Katalog", en: "Catalogue" } }],
  },
};

/** A cooperative's repository at a forge, members' changes of it, and what a runner checks out. */
export class ChangeRepository {
  readonly #root = mkdtempSync(join(tmpdir(), "allmende-change-"));
  readonly #forge = join(this.#root, "forge.git");
  readonly #member = join(this.#root, "member");
  /** What the runner checked out: the main branch. */
  readonly checkout = join(this.#root, "runner");

  /** `packages` is this checkout's: built, and no part of the repository, as what `npm run setup` makes. */
  async begin(): Promise<void> {
    await execa("git", ["init", "-q", "--bare", "-b", "main", this.#forge]);
    await execa("git", ["clone", "-q", this.#forge, this.#member], { stderr: "ignore" });
    cpSync(workflowDirectory, join(this.#member, "templates/workflows"), { recursive: true });
    this.#write({ ".gitignore": "/packages\n/request\n/change.env\n", "stacks/coop/Pulumi.yaml": { name: "coop" } });
    this.#write(Object.fromEntries(Object.entries(inventory).map(([path, content]) => [inInventory(path), content])));
    await this.#git("checkout", "-q", "-b", "main");
    await this.#commit("Begin");
    await this.#git("push", "-q", "origin", "main");
    await execa("git", ["clone", "-q", this.#forge, this.checkout]);
    symlinkSync(join(projectDirectory, "packages"), join(this.checkout, "packages"));
  }

  /** Puts files into change 7, which begins anew from main; where the forges keep it. Returns its commit. */
  async propose(files: Files, links: Readonly<Record<string, string>> = {}): Promise<string> {
    await this.#git("checkout", "-q", "--detach", "main");
    this.#write(files);
    for (const [path, target] of Object.entries(links)) {
      mkdirSync(dirname(join(this.#member, path)), { recursive: true });
      symlinkSync(target, join(this.#member, path));
    }
    await this.#commit("Ask");
    const refs = ["refs/pull/7/head", "refs/merge-requests/7/head"].map((ref) => `+HEAD:${ref}`);
    await this.#git("push", "-q", "origin", ...refs);
    return (await this.#git("rev-parse", "HEAD")).stdout;
  }

  /** What of the runner's checkout is not as the main branch has it. */
  async changesOfCheckout(): Promise<string> {
    return (await execa("git", ["-C", this.checkout, "status", "--porcelain"])).stdout;
  }

  read(path: string): string {
    return readFileSync(join(this.checkout, path), "utf8");
  }

  end(): void {
    rmSync(this.#root, { recursive: true });
  }

  #git(...args: readonly string[]) {
    return execa("git", ["-C", this.#member, "-c", "user.name=Anna", "-c", "user.email=anna@example.org", ...args]);
  }

  async #commit(message: string): Promise<void> {
    await this.#git("add", "-A", "--force");
    await this.#git("commit", "-q", "-m", message);
  }

  #write(files: Files): void {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.#member, path)), { recursive: true });
      writeFileSync(join(this.#member, path), typeof content === "string" ? content : stringify(content));
    }
  }
}

const inInventory = (path: string) => `stacks/coop/inventory/${path}`;

/** A member's request for a static site, as a file of a change. */
export function request(changes: Readonly<Record<string, unknown>> = {}): Files {
  const asked = new Date();
  const date = new Date(asked.getTime() + 7 * 86_400_000).toISOString().slice(0, 10);
  const content = {
    ...{ change: "create", service: "anna-blog", template: "static-site", member: "anna", host: "web1" },
    ...{ askedBy: "anna@example.org", askedAt: `${asked.toISOString().slice(0, 19)}Z`, date },
    values: { image: "docker.io/nginxinc/nginx-unprivileged:1.29", port: 8090, ram: "64MiB" },
    ...changes,
  };
  return { [inInventory("requests/20261124-1200-anna-blog.yaml")]: content };
}

/** What each forge's runner tells the steps, apart from where it is told. */
export function eventValues(forge: Forge, head: string): Readonly<Record<string, string>> {
  if (forge === "gitlab") return {};
  return {
    "github.event.pull_request.number": "7",
    "github.event.pull_request.head.sha": head,
    "github.event.pull_request.user.login": "anna-login",
  };
}
