import { feedKey, type PatchWindowInput, parsePatchWindow, renderUnreadable, UserError } from "@allmende/model";
import { Config, type Input, log, type Output, output, runtime } from "@pulumi/pulumi";
import { type LostOpeningMail, tellLostOpening, type UnreadCalendar } from "./lost-opening.js";

/**
 * Texts of a window's calendars: those of files, and what is fetched from addresses. While one cannot be read, or its address is not in the configuration,
 * that is a warning, and the window stays closed because of it; other windows and an emergency go on. Hostmasters are told by e-mail when it would be open now.
 */
export function withFeeds(
  input: PatchWindowInput,
  files: Readonly<Record<string, string>>,
  place: string | undefined,
  told: LostOpeningMail,
): Input<Record<string, Input<string>>> | undefined {
  const parsed = parsePatchWindow(input, (name) => files[name]);
  const feeds = parsed.ok ? (parsed.value.feeds ?? []) : [];
  if (feeds.length === 0) return Object.keys(files).length === 0 ? undefined : files;
  const config = new Config();
  const problems: UnreadCalendar[] = [];
  const read = feeds.map((feed): [string, Output<string>] => {
    const { url } = feed;
    const address = output(typeof url === "string" ? url : config.getSecret(url.config));
    return [feedKey(url), address.apply(async (known) => await fetched(input.name, feed, known))];
  });
  return output(Object.fromEntries(read)).apply(async (fetched) => {
    const texts = { ...files, ...fetched };
    const [problem] = problems;
    // A preview tells nobody.
    if (problem !== undefined && !runtime.isDryRun()) await tellLostOpening(input, texts, problem, told, Date.now());
    return texts;
  });

  async function fetched(name: string, feed: (typeof feeds)[number], address: string | undefined): Promise<string> {
    const { feedCopies, readFeeds } = await import("@allmende/patching");
    const folder = place ?? process.cwd();
    const copies = feedCopies(folder);
    const file = place === undefined ? "the program" : "windows.yaml";
    const secret = async (key: string): Promise<string> => {
      if (address !== undefined) return address;
      const nextStep = `set it: pulumi config set --secret ${key}`;
      throw new UserError(`there is no value ${key} in the stack's configuration`, {
        code: "no-config-value",
        nextStep,
      });
    };
    const options = { copies, folder, file, secret };
    const { texts, notes, problems: found } = await readFeeds([{ name, feeds: [feed] }], options);
    for (const note of notes) void log.warn(note);
    for (const { error } of found) {
      void log.warn(`${error.message}\n${error.nextStep}`);
      problems.push({ message: error.message, nextStep: error.nextStep ?? "" });
    }
    const [problem] = found;
    return problem === undefined ? (texts.get(feedKey(feed.url)) ?? "") : renderUnreadable(problem.why);
  }
}
