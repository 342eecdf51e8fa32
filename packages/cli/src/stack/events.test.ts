import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { expect, test } from "vitest";
import { renderChanges, renderDiagnostic, renderStep } from "../output/steps.js";
import { stylesFor } from "../output/style.js";
import { EventCollector, stripColorTags } from "./events.js";
import { nameOfUrn } from "./urn.js";

const style = stylesFor(false);
const urn = "urn:pulumi:lab::lab::allmende:index:Service::anna-blog";
const metadata = (op: string, more: object = {}) => ({
  op,
  urn,
  type: "allmende:index:Service",
  provider: "",
  ...more,
});
function first<T>(list: readonly T[]): T {
  if (list[0] === undefined) throw new Error("nothing was collected");
  return list[0];
}
const event = (part: object) => ({ sequence: 1, timestamp: 1, ...part }) as unknown as EngineEvent;

test("after an interrupted run the engine's advice about clouds is not passed on", () => {
  const collector = new EventCollector({}, 0);
  const message =
    "Attempting to deploy or update resources with 2 pending operations from previous deployment.\n" +
    `  * ${urn}, interrupted while creating\n  * ${urn}, interrupted while updating\nIf you are using AWS, …\n`;
  collector.accept(event({ diagnosticEvent: { severity: "warning", message } }), 1);
  expect(first(collector.summary().diagnostics).message).toBe(
    "an earlier run was interrupted at anna-blog: this one goes on from there",
  );
});

test("an error of a resource that is there is not counted", () => {
  const collector = new EventCollector({}, 0);
  const message = "1 error occurred:\n\t* anna-blog on web1 is not healthy\n  | the end of its log\n\n";
  collector.accept(event({ diagnosticEvent: { severity: "error", message, urn } }), 1);
  expect(first(collector.summary().diagnostics).message).toBe(
    "anna-blog on web1 is not healthy\n  | the end of its log",
  );
});

test("a step has its name, what differs and how long it took", () => {
  const collector = new EventCollector({}, 0);
  collector.accept(event({ resourcePreEvent: { metadata: metadata("update") } }), 1000);
  const detailedDiff = { ram: { diffKind: "update", inputDiff: true } };
  collector.accept(event({ resOutputsEvent: { metadata: metadata("update", { detailedDiff }) } }), 3500);
  collector.accept(event({ summaryEvent: { resourceChanges: { update: 1, same: 8 } } }), 3500);
  const summary = collector.summary(4000);
  expect(summary.steps).toEqual([
    {
      operation: "update",
      type: "allmende:index:Service",
      name: "anna-blog",
      urn,
      changes: ["ram"],
      failed: false,
      durationMs: 2500,
    },
  ]);
  expect(renderStep(first(summary.steps), { planned: false, style })).toBe("~ Service anna-blog updated [ram] 2.5 s");
  expect(renderChanges(summary, false)).toBe("1 updated, 8 unchanged (4.0 s)");
});

test("a preview that reports a resource twice has one step", () => {
  const steps: string[] = [];
  const collector = new EventCollector({ onStep: (step) => steps.push(step.name) });
  for (const planning of [true, false])
    collector.accept(event({ resOutputsEvent: { metadata: metadata("create"), planning } }));
  expect(collector.summary().steps).toHaveLength(1);
  expect(steps).toEqual(["anna-blog"]);
});

test("a failed step is shown, an unchanged one is not", () => {
  const collector = new EventCollector();
  collector.accept(event({ resOpFailedEvent: { metadata: metadata("create"), status: 0, steps: 1 } }));
  const failed = first(collector.summary().steps);
  expect(renderStep(failed, { planned: false, style })).toBe("! Service anna-blog: create failed");
  expect(renderStep({ ...failed, failed: false, operation: "same" }, { planned: false, style })).toBeUndefined();
});

test("diagnostics name their resource, without colour tags; what passes and debugging is dropped", () => {
  const collector = new EventCollector();
  const say = (severity: string, more: object = {}) =>
    collector.accept(
      event({ diagnosticEvent: { severity, message: "<{%reset%}>not healthy<{%reset%}>\n", color: "", urn, ...more } }),
    );
  say("error");
  say("debug");
  say("info", { ephemeral: true });
  const { diagnostics } = collector.summary();
  expect(diagnostics).toEqual([{ severity: "error", message: "not healthy", urn }]);
  expect(renderDiagnostic(first(diagnostics), style)).toBe("error: anna-blog: not healthy");
});

test("what a resource is doing is told at once, and the last word of a preview is its note", () => {
  const progress: string[] = [];
  const collector = new EventCollector({ onProgress: (name, message) => progress.push(`${name}: ${message}`) });
  const diagnosticEvent = { severity: "info", message: "64 MiB, starts 1 container", color: "", urn, ephemeral: true };
  collector.accept(event({ diagnosticEvent }));
  collector.accept(event({ resOutputsEvent: { metadata: metadata("create") } }));
  expect(progress).toEqual(["anna-blog: 64 MiB, starts 1 container"]);
  const step = first(collector.summary().steps);
  expect(renderStep(step, { planned: true, style })).toBe("+ Service anna-blog to create  64 MiB, starts 1 container");
  expect(renderStep(step, { planned: false, style })).toBe("+ Service anna-blog created");
});

test("secret outputs are never in a summary", () => {
  const collector = new EventCollector();
  const closed = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "[secret]" };
  const outputs = { url: "http://x/", key: closed };
  const stack = {
    op: "same",
    urn: "urn:pulumi:a::a::pulumi:pulumi:Stack::a-a",
    type: "pulumi:pulumi:Stack",
    provider: "",
    new: { outputs },
  };
  collector.accept(event({ resOutputsEvent: { metadata: stack } }));
  expect(collector.summary().outputs).toEqual({ url: "http://x/", key: "[secret]" });
});

test("names of URNs may hold single colons", () => {
  expect(nameOfUrn("urn:pulumi:a::b::c:d:E::web:1")).toBe("web:1");
  expect(stripColorTags("a <{%fg 1%}>b<{%reset%}>")).toBe("a b");
});

test("a protected server comes with how to move what is on it", () => {
  const server = "urn:pulumi:test::coop::allmende:index:HetznerHost$hcloud:index/server:Server::web3";
  const message = `unable to delete resource "${server}"\nas it is currently marked for protection. To unprotect the resource, remove the \`protect\` flag`;
  const collector = new EventCollector({}, 0);
  collector.accept(event({ diagnosticEvent: { severity: "error", message } }), 1);
  const said = first(collector.summary().diagnostics).message;
  expect(said).toMatch(/^web3 would be deleted or replaced, and is protected/);
  expect(said).toContain("give it as the host of each service");
});
