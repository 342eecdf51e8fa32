import { AllmendeError, renderDuration, type UserError } from "@allmende/model";
import {
  type DatedVulnerabilities,
  inspectPending,
  type PendingChanges,
  type PlannedChanges,
  planWaves,
  renderPending,
  withFixes,
} from "@allmende/patching";
import type { Run } from "../run/run.js";
import type { PatchRunDeclaration } from "./declaration.js";
import { dueRun } from "./due.js";

/** Says what a run would do to the host, as lines at the resource. The host is only read; one that cannot say so is a warning. */
export async function previewPatchRun(
  run: Run,
  urn: string,
  declaration: PatchRunDeclaration,
  occurrence: string,
): Promise<void> {
  const { host, window } = declaration;
  const place = describePlace(declaration);
  run.progress(`${place}: asks what is pending`, urn);
  try {
    const { snapshot } = dueRun(declaration, occurrence, Date.now()).policy;
    const pending = await readPending(run, declaration, snapshot);
    const level = snapshot === undefined ? "" : `, snapshot ${snapshot}`;
    const data = await readData(run, declaration, pending.release, urn);
    const planned = withFixes(pending, data);
    run.progress(summaryOf(planned, place, window.reboot), urn);
    run.log("info", [`${occurrence}: ${place}${level}`, ...linesOf(planned, window.reboot, data)].join("\n"), urn);
  } catch (error) {
    if (!(error instanceof AllmendeError)) throw error;
    const next = error.nextStep === undefined ? "" : `\n${error.nextStep}`;
    run.log("warning", `${host.name} cannot say what is pending; a run would fail here: ${error.message}${next}`, urn);
  }
}

async function readPending(
  run: Run,
  declaration: PatchRunDeclaration,
  snapshot: string | undefined,
): Promise<PendingChanges> {
  const { host, window } = declaration;
  const { signal } = run.patchRuns;
  const ssh = await run.patchRuns.target(host).connect(signal);
  try {
    const pending = await inspectPending(ssh, host.name, window.updates, { signal, snapshot });
    // Only who would get a kernel need know what others hold.
    if (!pending.packages.some(({ name }) => name.startsWith("linux-image-"))) return pending;
    const hold = (await run.patchRuns.heldByOthers(declaration))(host.name);
    return hold.length === 0
      ? pending
      : await inspectPending(ssh, host.name, window.updates, { signal, snapshot, hold });
  } finally {
    await ssh.end();
  }
}

/** Without the data a preview is still worth something. */
async function readData(
  run: Run,
  { vulnerabilities }: PatchRunDeclaration,
  release: string,
  urn: string,
): Promise<DatedVulnerabilities | undefined> {
  if (vulnerabilities === undefined) return undefined;
  return await run.patchRuns.vulnerabilities(vulnerabilities, release).catch((error: UserError) => {
    run.log("warning", `CVEs are not shown: ${error.message}`, urn);
    return undefined;
  });
}

/** `canary, before 2 more waves; then 20m of waiting`, `wave 2 of 3`. */
function describePlace({ window, hosts, host }: PatchRunDeclaration): string {
  const { waves } = planWaves(window, hosts);
  const index = waves.findIndex(({ batches }) => batches.flat().includes(host.name));
  const wave = waves[index];
  const kind = wave?.kind === "canary" ? "the canary, wave" : "wave";
  const soak =
    wave !== undefined && wave.soakSeconds > 0 ? `, then ${renderDuration(wave.soakSeconds)} of waiting` : "";
  return `${kind} ${index + 1} of ${waves.length}${soak}`;
}

function summaryOf({ packages, reboot }: PlannedChanges, place: string, policy: "never" | "if-needed"): string {
  const count = packages.length === 1 ? "1 package" : `${packages.length} packages`;
  return `${place}: ${count}, ${rebootOf(reboot, policy)}`;
}

function linesOf(
  planned: PlannedChanges,
  policy: "never" | "if-needed",
  data: DatedVulnerabilities | undefined,
): string[] {
  const { reboot, ...rest } = planned;
  return [
    ...(planned.packages.length === 0 ? ["  nothing is pending"] : []),
    ...renderPending({ ...rest, reboot: undefined }).map((line) => `  ${line}`),
    `  ${rebootOf(reboot, policy)}`,
    ...(data === undefined
      ? []
      : [`  CVEs by ${data.dated.origin} of ${data.dated.date.slice(0, 10)}${staleness(data)}`]),
  ];
}

function rebootOf(reason: string | undefined, policy: "never" | "if-needed"): string {
  if (reason === undefined) return "no reboot expected";
  return policy === "never" ? `needs a reboot, which this window never does: ${reason}` : `reboot expected: ${reason}`;
}

function staleness({ dated }: DatedVulnerabilities): string {
  return dated.staleBecause === undefined ? "" : `, an earlier copy: ${dated.staleBecause}`;
}
