import { Command } from "commander";
import { type Context, writeJson } from "../context.js";
import { withExamples } from "./options.js";

interface HostAdoptOptions {
  readonly stackFolder: string;
  readonly stack?: string;
  readonly name?: string;
  readonly reserve?: string;
  readonly fingerprint?: string;
  readonly identity?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export function hostAdoptCommand(context: Context): Command {
  const command = new Command("adopt")
    .summary("take an existing Debian host into the inventory")
    .description(
      "Take an existing Debian host into the inventory: shows the fingerprint of its key, to be compared with what the host's console says; " +
        "logs in only once that is confirmed; checks that it fits (release, architecture, cgroup v2, systemd, RAM, root); shows what `up` would change on it; " +
        "and writes its entry into hosts.yaml. The host itself is not changed.",
    )
    .argument("<address>", "[user@]address[:port]; the user is root, or may use sudo without a password")
    .option("-C, --stack-folder <dir>", "a stack's folder, or an inventory", ".")
    .option("-s, --stack <name>", "which stack, when the folder has several")
    .option("--name <name>", "name in the inventory (default: the first part of the address)")
    .option("--reserve <ram>", "RAM that is kept for the host itself (default: what all hosts keep, when they agree)")
    .option("--fingerprint <sha256>", "the fingerprint that its console shows, instead of typing yes: SHA256:…")
    .option(
      "-i, --identity <file>",
      "private key for the login (default: allmende:privateKeyFile of the stack, the SSH agent)",
    )
    .option("--dry-run", "look, and write nothing")
    .option("--json", "print a JSON document instead of text")
    .action(async (address: string, options: HostAdoptOptions) => await adopt(context, address, options));
  return withExamples(command, [
    ["allmende host adopt web3.example.org --reserve 512MiB", "asks whether the fingerprint is right"],
    [
      "allmende host adopt hostmaster@web3.example.org -C stacks/coop --fingerprint SHA256:…",
      "asks nothing, for scripts",
    ],
    ["allmende host adopt root@203.0.113.7:2222 --name web3 --dry-run", "only to look"],
  ]);
}

async function adopt(context: Context, text: string, options: HostAdoptOptions): Promise<void> {
  const { describeHeld } = await import("@allmende/requests");
  const { fingerprintOf, readHostKey, renderHostKey } = await import("@allmende/ssh");
  const { planEntry, refuseUnfit, surveyForAdoption, writeEntry } = await import("../adopt/adopt.js");
  const { confirmKey, renderPresented } = await import("../adopt/fingerprint.js");
  const { parsePlace } = await import("../adopt/place.js");
  const { sayHeld } = await import("../request/hold.js");
  const { renderSurvey } = await import("../adopt/report.js");
  const say = (part: string) => (options.json ? undefined : context.terminal.out(part));
  const place = parsePlace(text);
  const planned = await planEntry(place, options);
  sayHeld(context, planned.held);
  const key = await readHostKey(place, { signal: context.signal });
  say(renderPresented(place, key));
  await confirmKey(context, place, key, options.fingerprint);
  const surveyed = await surveyForAdoption(context, place, key, planned, options);
  const { name } = planned;
  say(renderSurvey(name, surveyed, context.style));
  refuseUnfit(name, surveyed.checks);
  const written = options.dryRun ? null : await writeEntry(options.stackFolder, name, surveyed.entry);
  const { checks, changes } = surveyed;
  if (options.json) {
    const found = { fingerprint: fingerprintOf(key), hostKey: renderHostKey(key) };
    const held = planned.held.map(describeHeld);
    writeJson(context, { ok: true, host: name, address: place.address, ...found, checks, changes, written, held });
  } else if (written !== null) {
    say(`\n${name} is in ${written}: \`allmende preview\` shows what comes next\n`);
  }
}
