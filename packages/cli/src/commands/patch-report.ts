import { writeFile } from "node:fs/promises";
import { UserError } from "@allmende/model";
import { type Command, Option } from "commander";
import { type Context, writeJson } from "../context.js";
import { exitCodes } from "../exit-codes.js";
import { type LookingOptions, lookingCommand, parseDate, vulnerabilitiesOption, withExamples } from "./options.js";

interface PatchReportOptions extends LookingOptions {
  readonly since?: Date;
  readonly html?: string;
  readonly lang: "en" | "de";
  readonly vulnerabilities?: string;
  readonly advisories?: string;
}

const thirtyDaysMs = 30 * 86_400_000;

export function patchReportCommand(context: Context): Command {
  const command = lookingCommand("report", "for how long which host is open to what")
    .description(
      "For how long which host is, or was, open to which CVE while a fix was to be had; what has no fix yet; packages held back and why; " +
        "hosts that do not report; what was predicted against what happened. From what the hosts remember; they are only read. " +
        "Exit code 1 when a host cannot be asked.",
    )
    .option("--since <date>", "from when on (default: the last 30 days)", parseDate)
    .option("--html <file>", "also write it as a page of its own")
    .addOption(new Option("--lang <language>", "of the text and the page").choices(["en", "de"]).default("en"))
    .addOption(vulnerabilitiesOption())
    .addOption(
      new Option(
        "--advisories <file|url>",
        "the tracker's dated list of advisories, data/DSA/list: since when a fix was to be had",
      ).env("ALLMENDE_ADVISORIES"),
    )
    .action(async (path: string, options: PatchReportOptions) => await report(context, path, options));
  return withExamples(command, [
    ["allmende patch report --vulnerabilities data.json --html report.html", "the last 30 days, as a page"],
    ["allmende patch report --since 2026-11-01 --lang de", "in German"],
    ["allmende patch report --json | jq -r .headline", "the subject of a mail"],
  ]);
}

async function report(context: Context, path: string, options: PatchReportOptions): Promise<void> {
  const { makeReport, renderReportHtml, reportTexts } = await import("@allmende/patching");
  const { describeHeld } = await import("@allmende/requests");
  const { readStackFolder } = await import("../stack/folder.js");
  const { stackKey } = await import("../patch/planned-run.js");
  const { readStackWindows } = await import("../patch/stack-windows.js");
  const { tellWaiting } = await import("../output/arrivals.js");
  const { readEvidence } = await import("../patch/evidence.js");
  const { commonRelease, readAdvisories, readVulnerabilities } = await import("../patch/security-data.js");
  const folder = readStackFolder(path, options.stack);
  const declared = await readStackWindows(context, folder);
  const hosts = await readEvidence(context, folder, declared, {
    connectDeadlineMs: options.timeout * 1000,
    onResult: options.json ? undefined : tellWaiting(context, options.timeout).add,
  });
  const release = commonRelease(hosts.map(({ packages }) => packages?.release ?? ""));
  const data = release === undefined ? undefined : await readVulnerabilities(context, options.vulnerabilities, release);
  const advisories = release === undefined ? undefined : await readAdvisories(context, options.advisories, release);
  const untilMs = Date.now();
  const sinceMs = options.since?.getTime() ?? untilMs - thirtyDaysMs;
  const made = makeReport({ stack: stackKey(folder), sinceMs, untilMs, hosts, data, advisories });
  if (hosts.some(({ error }) => error !== undefined)) context.exitCode = exitCodes.failed;
  if (options.html !== undefined) await writePage(options.html, renderReportHtml(made, options.lang));
  const texts = reportTexts(options.lang);
  if (options.json) {
    const ok = context.exitCode === exitCodes.ok;
    const held = declared.held.map(describeHeld);
    writeJson(context, { ok, headline: texts.headline(made.stack, made.summary), ...made, held });
    return;
  }
  const { renderPatchReport } = await import("../patch/render-report.js");
  context.terminal.out(renderPatchReport(made, texts, context.style));
}

async function writePage(path: string, page: string): Promise<void> {
  try {
    await writeFile(path, page);
  } catch (error) {
    throw new UserError(`${path} cannot be written: ${(error as Error).message}`, {
      code: "unwritable-page",
      concerns: path,
      nextStep: "Name a file in a folder that is there and yours.",
      cause: error,
    });
  }
}
