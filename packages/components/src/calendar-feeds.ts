import { feedKey, type PatchWindowInput, parsePatchWindow, renderUnreadable, UserError } from "@allmende/model";
import { Config, type Input, log, type Output, output } from "@pulumi/pulumi";

/**
 * Texts of a window's calendars: those of files, and what is fetched from addresses. While one cannot be read, or its address is not in the configuration,
 * that is a warning, and the window stays closed because of it; other windows and an emergency go on.
 */
export function withFeeds(
  input: PatchWindowInput,
  files: Readonly<Record<string, string>>,
  place: string | undefined,
): Input<Record<string, Input<string>>> | undefined {
  const parsed = parsePatchWindow(input, (name) => files[name]);
  const feeds = parsed.ok ? (parsed.value.feeds ?? []) : [];
  if (feeds.length === 0) return Object.keys(files).length === 0 ? undefined : files;
  const config = new Config();
  const read = feeds.map((feed): [string, Output<string>] => {
    const { url } = feed;
    const address = output(typeof url === "string" ? url : config.getSecret(url.config));
    return [feedKey(url), address.apply(async (known) => await fetched(input.name, feed, known))];
  });
  return { ...files, ...Object.fromEntries(read) };

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
    const { texts, notes, problems } = await readFeeds([{ name, feeds: [feed] }], options);
    for (const note of notes) void log.warn(note);
    for (const { error } of problems) void log.warn(`${error.message}\n${error.nextStep}`);
    const [problem] = problems;
    return problem === undefined ? (texts.get(feedKey(feed.url)) ?? "") : renderUnreadable(problem.why);
  }
}
