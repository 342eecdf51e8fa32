import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeRam, type Language, UserError } from "@allmende/model";
import {
  type CheckResult,
  checkRequests,
  dayAt,
  earliestDate,
  leadTimeOf,
  loadRequests,
  type MemberRequest,
  monthlyPrice,
  type RequestDraft,
  type RequestedInventory,
  renderMoney,
  renderRequest,
  requestId,
  requestTexts,
  type Template,
  withDefaults,
} from "@allmende/requests";
import type { Requested } from "./requested.js";

/** A request that is ready to be written, and what it would do. */
export interface PreparedRequest {
  readonly id: string;
  /** In the inventory's folder. */
  readonly file: string;
  readonly text: string;
  readonly check: CheckResult;
}

interface PrepareOptions {
  readonly inventory: RequestedInventory;
  readonly language: Language;
  readonly nowMs: number;
}

/** What it would do; nothing is written. Its text holds the template's defaults, too: later ones do not reach it. */
export function prepareRequest(
  requested: Requested,
  draft: RequestDraft,
  { inventory, language, nowMs }: PrepareOptions,
): PreparedRequest {
  const taken = new Set(loadRequests(requested.files).requests.map(({ id }) => id));
  const about = draft.service ?? String(draft["title"] ?? "");
  const id = requestId(draft.askedAt, about, taken);
  const file = `requests/${id}.yaml`;
  const text = renderRequest(withFixedValues(draft, requested.templates, inventory));
  const check = checkRequests({
    files: new Map([...requested.files, [file, text]]),
    ids: [id],
    authors: new Map(),
    templates: requested.templates,
    texts: requestTexts[language],
    nowMs,
  });
  return { id, file, text, check };
}

function withFixedValues(
  draft: RequestDraft,
  templates: readonly Template[],
  { applications }: RequestedInventory,
): RequestDraft {
  const isNew = draft.change === "create";
  if (!isNew && draft.change !== "change") return draft;
  const name = isNew ? draft.template : applications.get(draft.service ?? "")?.template;
  const template = templates.find((each) => each.name === name);
  if (template === undefined || draft.values === undefined) return draft;
  return { ...draft, values: withDefaults(template, draft.values, isNew ? {} : { only: "named" }) };
}

/** Writes it in one step: whoever interrupts leaves nothing half. UserError `request-exists`. */
export function writeRequest({ directory }: Requested, { file, text }: PreparedRequest): string {
  const path = join(directory, file);
  if (existsSync(path)) {
    throw new UserError(`${path} is there already`, { code: "request-exists", concerns: path, nextStep: "try again" });
  }
  mkdirSync(join(directory, "requests"), { recursive: true });
  writeFileSync(path, text, { flag: "wx" });
  return path;
}

/** Takes a request's file away; returns where it was. */
export function removeRequest({ directory }: Requested, { file }: Pick<MemberRequest, "file">): string {
  const path = join(directory, file);
  rmSync(path);
  return path;
}

/** The first day without surcharge. */
export function earliestFor(inventory: RequestedInventory, template: Template | undefined, nowMs: number): string {
  const work = requireWork(inventory);
  const seconds = leadTimeOf(work, template?.name ?? "", template?.leadTimeSeconds);
  return earliestDate(nowMs, seconds, work.zone);
}

export function todayOf(inventory: RequestedInventory, nowMs: number): string {
  return dayAt(nowMs, requireWork(inventory).zone);
}

/** UserError `no-work-file`. */
export function requireWork({ work }: RequestedInventory) {
  if (work !== undefined) return work;
  throw new UserError("this inventory takes no requests yet", {
    code: "no-work-file",
    nextStep: "write work.yaml: `allmende schema work` shows its keys",
  });
}

/** `Static site: 64 MiB, 0,25 € a month`, for choosing. */
export function describeTemplate(
  { title, ram, name }: Template,
  { tariff }: RequestedInventory,
  language: Language,
): string {
  const price =
    tariff === undefined
      ? ""
      : `, ${renderMoney(monthlyPrice(tariff, ram.recommendedBytes, undefined), tariff.currency, language)} ${requestTexts[language].perMonth}`;
  return `${title[language]} (${name}): ${describeRam(ram.recommendedBytes, language)}${price}`;
}
