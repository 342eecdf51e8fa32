import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { heldVariable } from "@allmende/requests";
import { log, runtime } from "@pulumi/pulumi";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { withoutWaiting } from "./waiting.js";

const request = (service: string, askedAt: string) =>
  `change: create\nservice: ${service}\nmember: anna\ntemplate: static-site\nhost: web1\naskedBy: a@example.org\naskedAt: ${askedAt}\ndate: 2026-01-02\nvalues: { port: 8090 }\n`;
const files = new Map([
  [
    "hosts.yaml",
    `web1: { address: 127.0.0.1, hostKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${"A".repeat(43)}", reserve: 512MiB, ram: 4GiB }\n`,
  ],
  ["members/anna.yaml", "number: 1042\nemail: a@example.org\n"],
  [
    "work.yaml",
    "zone: Europe/Berlin\nleadTime: { default: 3d }\nquota: { default: 1GiB }\ndeviation: 20\nrules:\n  - { kind: service-request, when: { change: [create, change, end] }, reason: { de: Katalog, en: Catalogue } }\n",
  ],
  ["requests/one.yaml", request("anna-one", "2026-01-01T10:00:00Z")],
  ["requests/two.yaml", request("anna-two", "2026-01-01T11:00:00Z")],
]);

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "allmende-waiting-"));
  for (const [path, text] of files) write(path, text);
  runtime.setMocks(
    { newResource: ({ name, inputs }) => ({ id: name, state: inputs }), call: () => ({}) },
    "lab",
    "test",
    false,
    "organization",
  );
  vi.stubEnv(heldVariable, undefined);
  vi.stubEnv("PATH", [join(folder, "bin"), process.env["PATH"]].join(delimiter));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** What the engine's command prints of a state in which these services are. */
function stateWith(...names: readonly string[]): void {
  const resources = names.map((name) => ({
    type: "allmende:index:Service",
    inputs: { name, member: { name: "anna" }, host: { name: "web1" }, image: "r.example.org/a:1", ram: "128MiB" },
  }));
  write("state.json", JSON.stringify({ version: 3, deployment: { resources } }));
  write("bin/pulumi", `#!/bin/sh\nexec cat ${join(folder, "state.json")}\n`);
  chmodSync(join(folder, "bin/pulumi"), 0o755);
}

const kept = () => [...withoutWaiting(folder, files).keys()].filter((path) => path.startsWith("requests/"));

test("without a command around it, the program holds what was asked later", () => {
  stateWith();
  const warn = vi.spyOn(log, "warn").mockResolvedValue();
  expect(kept()).toEqual(["requests/one.yaml"]);
  expect(warn.mock.calls.join()).toMatch(/request two .* waits[\s\S]*port 8090[\s\S]*allmende revert two/);
});

test("what runs already stays, whoever was first", () => {
  stateWith("anna-two");
  expect(kept()).toEqual(["requests/two.yaml"]);
});

test("nothing is guessed where the state cannot be read", () => {
  write("bin/pulumi", "#!/bin/sh\nexit 1\n");
  chmodSync(join(folder, "bin/pulumi"), 0o755);
  expect(kept).toThrow(/which of them runs already could not be read/);
});

test("what is wrong otherwise is not hidden behind that", () => {
  write("bin/pulumi", "#!/bin/sh\nexit 1\n");
  chmodSync(join(folder, "bin/pulumi"), 0o755);
  const wrong = new Map([...files, ["members/anna.yaml", ""]]);
  expect(withoutWaiting(folder, wrong)).toEqual(wrong);
});

test("what the command decided is taken", () => {
  vi.stubEnv(heldVariable, "one");
  expect(kept()).toEqual(["requests/two.yaml"]);
});
