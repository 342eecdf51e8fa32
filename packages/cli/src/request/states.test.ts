import { utimesSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { readStackFolder } from "../stack/folder.js";
import { recordingContext } from "../testing.js";
import { readRequested } from "./requested.js";
import { readRequestStates } from "./states.js";
import { writeInventoryFile } from "./testing/member-inventory.js";
import { MemberRepository, siteRequest } from "./testing/member-repository.js";

const hostKey = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${"A".repeat(43)}`;
const stateFile = ".state/.pulumi/stacks/coop/prod.json";

afterEach(() => vi.unstubAllEnvs());

/** The stack's state as it was written then: with hosts, and no service. */
function writeState({ directory }: MemberRepository, at: string) {
  const inputs = { name: "web1", address: "a.example.org", hostKey, reserve: "256MiB", ram: "1GiB" };
  const resources = [{ urn: "urn:pulumi:prod::coop::allmende:index:Host::web1", type: "allmende:index:Host", inputs }];
  writeInventoryFile(directory, stateFile, JSON.stringify({ checkpoint: { latest: { resources } } }));
  utimesSync(join(directory, stateFile), new Date(at), new Date(at));
}

async function merged(repository: MemberRepository, at: string, id: string, text: string) {
  vi.stubEnv("GIT_COMMITTER_DATE", at);
  await repository.branch("anna", id, { [`requests/${id}.yaml`]: text });
  await repository.git("hanna", "checkout", "-q", "main");
  const trailer = "Approved-by: Hanna <hanna@example.org>\nSigned-off-by: Hanna <hanna@example.org>";
  await repository.git("hanna", "merge", "-q", "--no-ff", "-m", `Merge ${id}\n\n${trailer}`, id);
}

test("what was held is not failed once room comes, until it was tried", async () => {
  vi.stubEnv("GIT_COMMITTER_DATE", "2026-11-24T12:00:00Z");
  const repository = await MemberRepository.begin({
    "Pulumi.yaml": "name: coop\nruntime: nodejs\nbackend: { url: 'file://./.state' }\n",
    "Pulumi.prod.yaml": "config: {}\n",
    "package.json": '{ "type": "module" }\n',
    "index.mjs": "export const word = 1;\n",
    ".gitignore": ".state\n",
  });
  const stateOfTwo = async (at: string) => {
    const { directory } = repository;
    const options = { only: ["two"], nowMs: Date.parse(at) };
    const folder = readStackFolder(directory, "prod", {});
    const [row] = await readRequestStates(recordingContext(), readRequested(directory), folder, options);
    return row?.state;
  };
  await merged(repository, "2026-11-25T12:00:00Z", "one", siteRequest("anna-one", "port: 8090"));
  await merged(repository, "2026-11-26T12:00:00Z", "two", siteRequest("anna-two", "port: 8090"));
  writeState(repository, "2026-11-29T03:00:00Z");
  expect(await stateOfTwo("2026-11-29T12:00:00Z")).toBe("held");
  const end = siteRequest("anna-one", "", {
    ...{ change: "end", date: "2026-11-29", askedAt: "2026-11-25T15:30:00Z" },
    ...{ template: undefined, host: undefined, level: undefined, values: undefined },
  });
  await merged(repository, "2026-11-29T13:00:00Z", "end", end);
  expect(await stateOfTwo("2026-11-29T14:00:00Z")).toBe("approved");
  writeState(repository, "2026-11-30T03:00:00Z");
  expect(await stateOfTwo("2026-11-30T12:00:00Z")).toBe("failed");
});
