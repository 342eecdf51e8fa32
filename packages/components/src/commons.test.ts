import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { type Output, runtime } from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Commons } from "./commons.js";

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

const hostKey = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${"A".repeat(43)}`;
const inventory = {
  "hosts.yaml": `web1: { address: 127.0.0.1, hostKey: "${hostKey}", reserve: 512MiB, ram: 4GiB }\nweb2: { address: 127.0.0.2, hostKey: "${hostKey}", reserve: 512MiB, ram: 4GiB }\n`,
  "members/anna.yaml": "number: 1042\n",
  "members/idle.yaml": "number: 7\n",
  "services/anna-blog.yaml":
    "member: anna\nhost: web1\nimage: registry.allmende.test/static-site:1\nram: 128MiB\nports: { web: 8080 }\nhealth: { http: /, port: web }\nsecrets:\n  API_KEY: { config: apiKey }\n",
  "services/anna-shop.yaml":
    "member: anna\nhost: web2\nimage: registry.allmende.test/app:1\nram: 256MiB\nports: { web: 8080 }\n",
};

let folder: string;
let registered: Registered[];

function write(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

const known = <T>(output: Output<T>) => new Promise<T>((resolve) => output.apply(resolve));

/** Holds up what depends on a resource. */
let onMade: (name: string) => Promise<void>;

async function make(): Promise<Commons> {
  const commons = new Commons("lab", { inventory: folder });
  await Promise.all(Object.values(commons.services).map((service) => known(service.urn)));
  return commons;
}

function mock({ preview }: { readonly preview: boolean }): void {
  runtime.setMocks(
    {
      newResource: async ({ type, name, inputs }) => {
        await onMade(name);
        registered.push({ type, name, inputs });
        return { id: name, state: inputs };
      },
      call: () => ({}),
    },
    "lab",
    "test",
    preview,
    "organization",
  );
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "allmende-inventory-"));
  registered = [];
  onMade = async () => undefined;
  mock({ preview: false });
  runtime.setAllConfig({ "lab:apiKey": "canary" }, ["lab:apiKey"]);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

describe("an inventory folder", () => {
  test("of a request with a secret that its template gained later says which command makes it", async () => {
    write({
      ...inventory,
      "work.yaml":
        "zone: Europe/Berlin\nleadTime: { default: 3d }\nquota: { default: 4GiB }\ndeviation: 20\nrules:\n  - { kind: service-request, when: { change: [create] }, reason: { de: Katalog, en: Catalogue } }\n",
      "requests/old.yaml":
        "change: create\nservice: anna-db\nmember: anna\ntemplate: mariadb\nhost: web1\naskedBy: a@example.org\naskedAt: 2026-01-01T10:00:00Z\ndate: 2026-01-02\nvalues: {}\n",
    });
    runtime.setAllConfig({ "lab:apiKey": "canary", "lab:anna.anna-db.password": "canary" }, ["lab:apiKey"]);
    await expect(make()).rejects.toThrow(
      /requests\/old\.yaml:4:11: template: the template makes the secret "anna\.anna-db\.rootPassword".*allmende request apply/,
    );
  });

  describe("of a request with a secret that its template makes, which this configuration lacks,", () => {
    const key = "anna.anna-cache.password";
    const withCache = {
      ...inventory,
      "work.yaml":
        "zone: Europe/Berlin\nleadTime: { default: 3d }\nquota: { default: 4GiB }\ndeviation: 20\nrules:\n  - { kind: service-request, when: { change: [create, end] }, reason: { de: Katalog, en: Catalogue } }\n",
      "requests/cache.yaml":
        "change: create\nservice: anna-cache\nmember: anna\ntemplate: redis\nhost: web1\naskedBy: a@example.org\naskedAt: 2026-01-01T10:00:00Z\ndate: 2026-01-02\nvalues: {}\n",
    };
    const tell = (made: object) =>
      runtime.setAllConfig({ "lab:apiKey": "canary", "allmende:madeSecrets": JSON.stringify(made) }, ["lab:apiKey"]);
    const secretOf = () => JSON.stringify(registered.find(({ name }) => name === "anna-cache")?.inputs["secrets"]);

    test("takes the one that the command found in the stack's state", async () => {
      write(withCache);
      tell({ [key]: "kept-canary" });
      await make();
      expect(secretOf()).toContain("kept-canary");
    });

    test("takes it from the state without a command around it, and loses none that is kept there", async () => {
      write({
        ...withCache,
        "requests/end.yaml":
          "change: end\nservice: anna-cache\nmember: anna\naskedBy: a@example.org\naskedAt: 2026-01-03T10:00:00Z\ndate: 2026-01-03\n",
      });
      const pulumi = (script: string) => write({ "bin/pulumi": `#!/bin/sh\n${script}\n` });
      pulumi("exit 1");
      chmodSync(join(folder, "bin/pulumi"), 0o755);
      vi.stubEnv("PATH", [join(folder, "bin"), process.env["PATH"]].join(delimiter));
      await expect(make()).rejects.toThrow(/Passwords of services that ended.*could not be read/);
      const madeSecrets = { plaintext: JSON.stringify({ [key]: "kept-canary" }) };
      const resources = [{ type: "allmende:index:Commons", outputs: { madeSecrets } }];
      pulumi(`echo '${JSON.stringify({ deployment: { resources } })}'`);
      await make();
      rmSync(join(folder, "requests/end.yaml"));
      await make();
      expect(secretOf()).toContain("kept-canary");
    });

    test("previews it as something that is not known yet, and refuses to bring it up", async () => {
      write(withCache);
      tell({});
      await expect(make()).rejects.toThrow(`the template makes the secret "${key}"`);
      mock({ preview: true });
      tell({});
      await make();
      expect(secretOf()).toBe(JSON.stringify({ REDIS_PASSWORD: { __pulumiUnknown: true } }));
    });
  });

  test("becomes hosts, one account per member and host, and services", async () => {
    write(inventory);
    const commons = await make();
    const names = registered.filter(({ type }) => !type.endsWith(":Commons")).map(({ name }) => name);
    expect(names.sort()).toEqual(["anna-blog", "anna-shop", "anna-web1", "anna-web2", "web1", "web2"]);
    expect(await known(commons.services["anna-shop"]?.url as Output<string>)).toBe("http://127.0.0.2:8080/");
  });

  test("registers a service when what it waits for is there, whatever their names", async () => {
    const service = "host: web1\nmember: anna\nimage: registry.allmende.test/app:1\nram: 64MiB\n";
    write({
      ...inventory,
      "services/anna-alone.yaml": service,
      "services/anna-app.yaml": `${service}after: [anna-cache, anna-db]\n`,
      "services/anna-cache.yaml": `${service}after: [anna-db]\n`,
      "services/anna-db.yaml": service,
    });
    const others = new Set(["anna-alone", "anna-blog", "anna-shop"]);
    onMade = async (name) => {
      // Slow: it is there only when all that does not wait for it is.
      while (name === "anna-db" && others.size > 0) await setImmediate();
      others.delete(name);
    };
    await make();
    const names = registered.map(({ name }) => name).filter((name) => /^anna-(app|cache|db)$/.test(name));
    expect(names).toEqual(["anna-db", "anna-cache", "anna-app"]);
  });

  test("tells members and services what is declared of their host, not what is read of it", async () => {
    write(inventory);
    await make();
    const blog = registered.find(({ name }) => name === "anna-blog");
    expect(blog?.inputs).toMatchObject({
      name: "anna-blog",
      member: { name: "anna", number: 1042 },
      host: { name: "web1", address: "127.0.0.1", hostKey, reserve: "512MiB", ram: "4GiB" },
      ports: { web: 8080 },
    });
  });

  test("declares of hosts with a patch window that security updates are left to it, and of no other", async () => {
    const window =
      "recurrence: FREQ=DAILY, zone: UTC, start: 2026-12-01T02:00, duration: 3h, updates: security, reboot: never, waves: [], canary: none, concurrency: 1, errorThreshold: 0, cutoff: { upgrade: 1h, restart: 30m }, notice: 3d";
    const hosts = inventory["hosts.yaml"].replace("ram: 4GiB", "ram: 4GiB, labels: { stage: test }");
    write({ ...inventory, "hosts.yaml": hosts, "windows.yaml": `nightly: { ${window}, hosts: { stage: test } }\n` });
    await make();
    const patching = (host: string) => registered.find(({ name }) => name === host)?.inputs["patching"];
    expect(patching("web1")).toEqual({ updates: "windows" });
    expect(patching("web2")).toBeUndefined();
  });

  test("gives labels to hosts, and to nothing on them", async () => {
    const hosts = inventory["hosts.yaml"].replaceAll("ram: 4GiB", "ram: 4GiB, labels: { stage: test }");
    write({ ...inventory, "hosts.yaml": hosts });
    await make();
    const labelled = registered.filter(({ inputs }) => JSON.stringify(inputs).includes("stage"));
    expect(labelled.map(({ name }) => name)).toEqual(["web1", "web2"]);
    expect(labelled[0]?.inputs["labels"]).toEqual({ stage: "test" });
  });

  test("tells a member's account where to reach them, and no service", async () => {
    const ageRecipient = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
    write({
      ...inventory,
      "members/anna.yaml": `${inventory["members/anna.yaml"]}email: anna@example.org\nlanguage: en\nageRecipient: ${ageRecipient}\n`,
    });
    await make();
    const told = registered.filter(({ inputs }) => JSON.stringify(inputs).includes("anna@example.org"));
    expect(told.map(({ name }) => name).sort()).toEqual(["anna-web1", "anna-web2"]);
    expect(told[0]?.inputs).toMatchObject({ email: "anna@example.org", language: "en", ageRecipient });
  });

  test("takes secrets from the configuration, as secrets", async () => {
    write(inventory);
    await make();
    const inputs = JSON.stringify(registered.find(({ name }) => name === "anna-blog")?.inputs["secrets"]);
    expect(inputs).toContain("canary");
    expect(inputs).not.toContain("config");
  });

  test("with mistakes is refused with all of them, each with file, line and column", () => {
    write({
      ...inventory,
      "members/anna.yaml": "number: zero\n",
      "services/anna-shop.yaml": "member: nobody\nhost: web2\nram: 1GB\n",
    });
    expect(() => new Commons("lab", { inventory: folder })).toThrowError(
      /members\/anna\.yaml:1:9: .*services\/anna-shop\.yaml:1:9: .*services\/anna-shop\.yaml:3:6: /s,
    );
    expect(registered.filter(({ type }) => !type.endsWith(":Commons"))).toEqual([]);
  });

  test("has patch windows and their calendars, read and checked as well", () => {
    const window = `nightly: { recurrence: FREQ=DAILY, blackouts: [{ ics: blackouts/coop.ics }, { ics: party.ics }] }\n`;
    write({ ...inventory, "windows.yaml": window, "blackouts/coop.ics": "hello" });
    expect(() => new Commons("lab", { inventory: folder })).toThrowError(
      /windows\.yaml:1:1: nightly\.zone: is missing.*coop\.ics is no ICS calendar.*there is no file party\.ics/s,
    );
  });

  test("that names a value which is not configured is refused, with the command that sets it", () => {
    runtime.setAllConfig({}, []);
    write(inventory);
    expect(() => new Commons("lab", { inventory: folder })).toThrowError(
      /services\/anna-blog\.yaml:8:22: secrets\.API_KEY: .*pulumi config set --secret apiKey/,
    );
  });

  test("that is not there, or holds folders where files belong, is an error that says so", () => {
    expect(() => new Commons("lab", { inventory: join(folder, "nowhere") })).toThrowError(/no inventory folder/);
    mkdirSync(join(folder, "services", "shop.yaml"), { recursive: true });
    expect(() => new Commons("lab", { inventory: folder })).toThrowError(
      /shop\.yaml is a folder, where a file belongs/,
    );
  });
});
