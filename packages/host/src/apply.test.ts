import { HostError } from "@allmende/model";
import { describe, expect, it } from "vitest";
import { runTransaction } from "./apply.js";
import { parseProgress, parseTransaction } from "./apply-result.js";
import type { RemoteRoot } from "./remote.js";
import { renderMember } from "./render-member.js";
import { renderService } from "./render-service.js";
import type { Change } from "./resource.js";
import { anna, sampleService } from "./testing/samples.js";

const changes: Change[] = [
  { kind: "put", tree: renderMember(anna) },
  { kind: "put", tree: renderService(sampleService(), anna) },
];
const inspection = ["observation", "== facts", "== end", "end"];

/** A host that answers with these lines, whatever it is told. */
function answering(lines: readonly string[], exitCode = 0): RemoteRoot {
  return {
    async execAsRoot(_, options) {
      for (const line of lines) options?.onStdoutLine?.(line);
      return { exitCode, stdout: Buffer.from(`${lines.join("\n")}\n`), stderr: "" };
    },
  };
}

describe("runTransaction", () => {
  it("gives each resource its own result, and takes secrets out of logs", async () => {
    const lines = [
      "result\tmember.anna\tunchanged\t-\t-",
      "log\tservice.anna.anna-blog\tusing key correct horse\u001b[31m!",
      "result\tservice.anna.anna-blog\tfailed\tstart-failed\tanna-blog does not start",
      ...inspection,
    ];
    const { results } = await runTransaction(answering(lines), changes);
    expect(results.get("member/anna")).toMatchObject({ state: "unchanged" });
    const failed = results.get("service/anna/anna-blog");
    if (failed?.state !== "failed") throw new Error("not failed");
    expect(failed.error).toMatchObject({ code: "start-failed", concerns: "service/anna/anna-blog" });
    expect((failed.error as HostError).logTail).toBe("using key [secret]!");
  });

  it("advises whoever gave a service another name, and nobody else", async () => {
    const advice = async (holder: string) => {
      const taken = `result\tservice.anna.anna-blog\tfailed\tport-taken\ttcp port 8080 is taken by the service old`;
      const lines = [`holder\tservice.anna.anna-blog\t${holder}`, taken, ...inspection];
      const result = (await runTransaction(answering(lines), changes)).results.get("service/anna/anna-blog");
      if (result?.state !== "failed") throw new Error("not failed");
      return [result.portHolder, result.error.nextStep];
    };
    expect(await advice("service.anna.old")).toEqual([
      "service/anna/old",
      expect.stringMatching(/add `replaces: old`/),
    ]);
    expect(await advice("service.bert.old")).toEqual(["service/bert/old", expect.not.stringMatching(/replaces/)]);
  });

  it("believes nothing that was not followed by the end", async () => {
    const { results } = await runTransaction(answering(["result\tmember.anna\tapplied\t-\t-"], 137), changes);
    for (const result of results.values()) {
      expect(result).toMatchObject({ state: "failed", error: { code: "transaction-interrupted" } });
    }
    expect(results.size).toBe(2);
  });

  it("says that nothing was touched when the host refused everything", async () => {
    const refused = runTransaction(answering(["fatal\tbad-plan\tthe plan is not understood"], 1), changes);
    await expect(refused).rejects.toThrow(/not understood. Nothing was changed/);
    await expect(refused).rejects.toBeInstanceOf(HostError);
  });

  it("passes progress on as it comes", async () => {
    const seen: unknown[] = [];
    await runTransaction(
      answering(["progress\tservice.anna.anna-blog\tpulling x", "progress\t-\twaiting", ...inspection]),
      [],
      {
        onProgress: (...all) => seen.push(all),
      },
    );
    expect(seen).toEqual([
      ["service/anna/anna-blog", "pulling x"],
      [undefined, "waiting"],
    ]);
  });

  it("sends the script first and no secret in the command", async () => {
    let sent = { command: "", input: Buffer.alloc(0) };
    const remote: RemoteRoot = {
      async execAsRoot(command, options) {
        sent = { command, input: Buffer.from(options?.stdin as Uint8Array) };
        return { exitCode: 0, stdout: Buffer.from(inspection.join("\n")), stderr: "" };
      },
    };
    await runTransaction(remote, changes);
    expect(sent.command).toMatch(/^sh -c '.*head -c \d+;/);
    expect(sent.command).not.toMatch(/anna|correct/);
    expect(sent.input.subarray(0, 10).toString()).toBe("#!/bin/sh\n");
    expect(sent.input.includes("correct horse")).toBe(true);
  });
});

describe("parseTransaction", () => {
  it("keeps a service from speaking for the transaction", () => {
    const { results } = parseTransaction(["log\tservice.anna.a\tresult\tservice.anna.a\tapplied\t-\t-"]);
    expect(results.size).toBe(0);
  });

  it("parses progress and nothing else as progress", () => {
    expect(parseProgress("result\thost\tapplied")).toBeUndefined();
    expect(parseProgress("progress\thost\tinstalling podman")).toEqual({ id: "host", message: "installing podman" });
  });
});
