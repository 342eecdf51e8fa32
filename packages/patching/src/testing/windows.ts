import { type PatchWindowInput, type PatchWindowSpec, parsePatchWindow, renderFinding } from "@allmende/model";

const written: PatchWindowInput = {
  name: "security-nightly",
  recurrence: "FREQ=DAILY",
  zone: "Europe/Berlin",
  start: "2026-11-24T02:00",
  duration: "3h",
  updates: "security",
  reboot: "if-needed",
  hosts: "all",
  waves: [],
  canary: "none",
  concurrency: 1,
  errorThreshold: 0,
  cutoff: { upgrade: "90m", restart: "45m", reboot: "30m" },
  notice: "3d",
};

/** Every night at two in Berlin, for three hours, unless changed. */
export function windowOf(changes: Partial<PatchWindowInput> = {}): PatchWindowSpec {
  const parsed = parsePatchWindow({ ...written, ...changes });
  if (!parsed.ok) throw new Error(parsed.findings.map(renderFinding).join("\n"));
  return parsed.value;
}
