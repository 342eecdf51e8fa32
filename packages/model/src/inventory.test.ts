import { describe, expect, it } from "vitest";
import { renderFinding } from "./finding.js";
import { inventoryOfHost, loadInventory } from "./inventory.js";
import { memberOverheadBytes, serviceOverheadBytes } from "./overhead.js";
import { unresolvedSecret } from "./secret-references.js";

const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFLaABh3Oo97Dc7nNUQUz0xIfUJXB18IfWIE7EOSrq4e";
const hosts = `web1:\n  address: web1.test\n  hostKey: ${key}\n  ram: 1GiB\n  reserve: 512MiB\nweb2: { address: web2.test, hostKey: ${key}, reserve: 512MiB }\n`;
const blog =
  "member: anna\nhost: web1\nimage: registry.allmende.test/static-site:1\nram: 128MiB\nports: { web: 8080 }\nhealth: { http: /, port: web }\n";
/** Of one service with 1 GiB. */
const neededGib = (1 + (serviceOverheadBytes + memberOverheadBytes) / 1024 ** 3).toFixed(1);
const good = { "hosts.yaml": hosts, "members/anna.yaml": "number: 1042\n", "services/anna-blog.yaml": blog };

function load(changes: Record<string, string | undefined>, options = {}) {
  const files = Object.entries({ ...good, ...changes }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return loadInventory(new Map(files), options);
}

function said(changes: Record<string, string | undefined>): string[] {
  const parsed = load(changes);
  return parsed.ok ? [] : parsed.findings.map(renderFinding);
}

describe("loadInventory", () => {
  it("reads hosts, members and services", () => {
    const parsed = load({ "README.md": "# notes" });
    if (!parsed.ok) throw new Error(parsed.findings.map(renderFinding).join("\n"));
    expect(parsed.value.hosts.map((host) => host.name)).toEqual(["web1", "web2"]);
    expect(parsed.value.services).toMatchObject([
      { name: "anna-blog", member: "anna", host: "web1", ramBytes: 134_217_728 },
    ]);
    expect(parsed.value.inputs.services).toMatchObject([
      { name: "anna-blog", host: "web1", ram: "128MiB", ports: { web: 8080 } },
    ]);
    expect(parsed.value.inputs.members).toEqual([{ name: "anna", number: 1042 }]);
    expect(inventoryOfHost(parsed.value, "web1")).toMatchObject({
      members: [{ name: "anna" }],
      services: [{ name: "anna-blog" }],
    });
    expect(inventoryOfHost(parsed.value, "web2")).toMatchObject({ members: [], services: [] });
  });

  it("leaves references to Pulumi's configuration in the inputs and marks them in the specs", () => {
    const text = `${blog}secrets:\n  A: { config: apiKey }\n  B: { value: { config: b }, as: environment }\nregistryLogin: { username: u, password: { config: pw } }\n`;
    const parsed = load({ "services/anna-blog.yaml": text });
    expect(parsed).toMatchObject({
      value: {
        services: [{ secrets: { A: { value: unresolvedSecret("apiKey"), as: "file" }, B: { as: "environment" } } }],
        inputs: {
          services: [
            {
              secrets: { A: { config: "apiKey" }, B: { value: { config: "b" }, as: "environment" } },
              registryLogin: { password: { config: "pw" } },
            },
          ],
        },
      },
    });
    expect(load({ "services/anna-blog.yaml": text }, { secret: (name: string) => `<${name}>` })).toMatchObject({
      value: {
        services: [{ secrets: { A: { value: "<apiKey>" }, B: { value: "<b>" } }, registryLogin: { password: "<pw>" } }],
      },
    });
  });

  it.each<[string, string, string]>([
    ["services/anna-blog.yaml", `${blog}privileged: true\n`, "services/anna-blog.yaml:7:1: privileged: is refused"],
    [
      "services/anna-blog.yaml",
      `${blog}imgae: x\n`,
      'services/anna-blog.yaml:7:1: imgae: is not a known key (did you mean "image"?)',
    ],
    ["services/anna-blog.yaml", blog.replace("128MiB", "128MB"), 'services/anna-blog.yaml:4:6: ram: "MB" counts'],
    [
      "services/anna-blog.yaml",
      blog.replace("8080", "80"),
      "services/anna-blog.yaml:5:15: ports.web: a port of the host is a whole number from 1024 to 65535",
    ],
    [
      "services/anna-blog.yaml",
      blog.replace("port: web", "port: wob"),
      'services/anna-blog.yaml:6:26: health.port: "wob" is no port',
    ],
    [
      "services/anna-blog.yaml",
      blog.replace("ram: 128MiB\n", ""),
      "services/anna-blog.yaml:1:1: ram: is missing: RAM allocation",
    ],
    [
      "services/anna-blog.yaml",
      `${blog}ram: 1GiB\n`,
      'services/anna-blog.yaml:7:1: "ram" stands here twice: remove one',
    ],
    [
      "services/anna-blog.yaml",
      `${blog}name: x\n`,
      "services/anna-blog.yaml:7:1: name: is not a key here: the name of the file is the name",
    ],
    [
      "services/anna-blog.yaml",
      `${blog}command:\n  - a\n  - 5\n`,
      "services/anna-blog.yaml:9:5: command.1: must be text, not a number; put it in quotes",
    ],
    [
      "services/anna-blog.yaml",
      `${blog}environment:\n  VERSION: 1.10\n`,
      'services/anna-blog.yaml:8:12: environment.VERSION: YAML reads 1.10 as 1.1: put it in quotes, "1.10"',
    ],
    [
      "services/anna-blog.yaml",
      `${blog}environment:\n  1A: x\n`,
      'services/anna-blog.yaml:8:3: environment.1A: "1A" cannot name a variable',
    ],
    ["services/anna-blog.yaml", `${blog}volumes:\n\tx: 1\n`, "services/anna-blog.yaml:8:1: is indented with a tab"],
    ["services/anna-blog.yaml", `${blog}---\na: b\n`, "services/anna-blog.yaml:7:1: has a second document"],
    ["services/anna-blog.yaml", "", "services/anna-blog.yaml:1:1: is empty: it needs member, host, image, ram"],
    ["members/anna.yaml", "# nobody\n", "members/anna.yaml:1:1: is empty: it needs number"],
    [
      "members/anna.yaml",
      "number: 1042\nageRecipient: age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8q\n",
      'members/anna.yaml:2:15: ageRecipient: must be an age recipient: "age1" and 58',
    ],
    [
      "members/anna.yaml",
      "number: 1042\nageKey: age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p\n",
      'members/anna.yaml:2:1: ageKey: is not a key here: use "ageRecipient"',
    ],
    ["hosts.yaml", "", "hosts.yaml:1:1: is empty: it needs the name of a host, with address and reserve below it"],
    ["services/anna-blog.yaml", `${blog}command: [a, *b]\n`, 'services/anna-blog.yaml:7:14: begins with "*"'],
    ["services/anna-blog.yaml", "- a\n", "services/anna-blog.yaml:1:1: must be a map (key: value), not a list"],
    [
      "services/anna-blog.yaml",
      blog.replace("anna", "ana"),
      'services/anna-blog.yaml:1:9: member: there is no member "ana" (did you mean "anna"?)',
    ],
    [
      "services/anna-blog.yaml",
      blog.replace("web1", "web3"),
      'services/anna-blog.yaml:2:7: host: there is no host "web3" in hosts.yaml (did you mean "web1"?)',
    ],
    [
      "services/anna-blog.yaml",
      blog.replace("128MiB", "1GiB"),
      `hosts.yaml:1:1: web1: 1 service and 1 member need ${neededGib} GiB, but 512 MiB may be sold`,
    ],
    [
      "services/anna-shop.yaml",
      blog,
      'services/anna-shop.yaml:5:15: ports.web: port 8080/tcp of web1 is taken by "anna-blog" of anna',
    ],
    [
      "services/Shop.yaml",
      blog.replace("8080", "8081"),
      "services/Shop.yaml:1:1: the name of the file is the name of the service",
    ],
    ["members/bert.yaml", "number: 1042\n", 'members/bert.yaml:1:9: number: 1042 is the number of "anna" already'],
    ["members/bert.yaml", "number: '7'\n", "members/bert.yaml:1:9: number: must be a whole number from 1"],
    ["members/bert.yml", "number: 7\n", "members/bert.yml:1:1: would be overlooked"],
    ["service/x.yaml", blog, 'service/x.yaml:1:1: has no place in an inventory (did you mean "services"?)'],
    [
      "hosts.yaml",
      hosts.replace("reserve: 512MiB\n", "reserve: 5\n"),
      'hosts.yaml:5:12: web1.reserve: "5" has no unit',
    ],
    [
      "hosts.yaml",
      hosts.replace("web2.test, ", "web2.test, hostkey: x, "),
      'hosts.yaml:6:29: web2.hostkey: is not a known key (did you mean "hostKey"?)',
    ],
  ])("places what is wrong in %s", (file, text, expected) => {
    const findings = said({ [file]: text });
    expect(findings).toHaveLength(1);
    expect(findings[0]).toContain(expected);
  });

  it("says that hosts.yaml is missing, and not that every host is", () => {
    expect(said({ "hosts.yaml": undefined })).toEqual([expect.stringContaining("hosts.yaml:1:1: is missing")]);
  });

  it("does not blame a service for a mistake in its member's file", () => {
    expect(said({ "members/anna.yaml": "nummer: 5\n" })).toEqual([
      expect.stringContaining("members/anna.yaml:1:1: number: is missing"),
      expect.stringContaining('members/anna.yaml:1:1: nummer: is not a known key (did you mean "number"?)'),
    ]);
  });

  it.each([
    "a: *geheim",
    "a: !geheim x",
    'a: "ge\\heim"',
    "a: |geheim\n x",
    "a: 'geheim",
    "a: {geheim",
    "a: ]geheim",
    "a: geheim: x",
    "&x [geheim",
    "a: &x [*x, geheim",
  ])("never quotes a file that it cannot read: %j", (text) => {
    const findings = said({ "services/anna-blog.yaml": text }).join("\n");
    expect(findings).not.toBe("");
    expect(findings).not.toMatch(/geheim|ge\\h/);
  });

  it("does not fall for aliases that multiply", () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefghi"
      .split("")
      .map((name, index) => `${name}: &${name} [${`*${"abcdefgh"[index]},`.repeat(9).slice(0, -1)}]`)
      .join("\n")}\n`;
    expect(said({ "services/anna-blog.yaml": bomb }).join("\n")).toContain("repeats itself too often");
  });

  it("reads a thousand services in a few seconds at most", () => {
    const many = Object.fromEntries(
      Array.from({ length: 1000 }, (_, index) => [
        `services/s${index}.yaml`,
        blog.replace("web1", "web2").replace("8080", String(10_000 + index)),
      ]),
    );
    const begin = process.cpuUsage();
    expect(said(many)).toEqual([]);
    // Processor time: the wall clock would measure the machine's other work.
    expect(process.cpuUsage(begin).user / 1000).toBeLessThan(3000);
  });
});
