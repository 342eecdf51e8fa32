import { type AllmendeError, feedKey, type PatchWindowInput, parsePatchWindow } from "@allmende/model";
import { Config, type Input, log, type Output, output, RunError } from "@pulumi/pulumi";

/** Begins before and ends after whatever there is: the window does not open. */
const closed = [
  "BEGIN:VCALENDAR",
  "VERSION:2.0",
  "PRODID:-//Allmende//closed//EN",
  "BEGIN:VEVENT",
  "UID:closed",
  "SUMMARY:Its calendar of blackouts cannot be read",
  "DTSTART;VALUE=DATE:20000101",
  "DTEND;VALUE=DATE:21000101",
  "END:VEVENT",
  "END:VCALENDAR",
  "",
].join("\r\n");

/**
 * Texts of a window's calendars: those of files, and what is fetched from addresses. One that cannot be read is an error of the program; with an emergency at
 * hand, the window stays closed because of it, and the emergency is not kept.
 */
export function withFeeds(
  input: PatchWindowInput,
  files: Readonly<Record<string, string>>,
  place: string | undefined,
  isEmergency: boolean,
): Input<Record<string, Input<string>>> | undefined {
  const parsed = parsePatchWindow(input, (name) => files[name]);
  const feeds = parsed.ok ? (parsed.value.feeds ?? []) : [];
  if (feeds.length === 0) return Object.keys(files).length === 0 ? undefined : files;
  const config = new Config();
  const read = feeds.map((feed): [string, Output<string>] => {
    const { url } = feed;
    const address = typeof url === "string" ? output(url) : config.requireSecret(url.config);
    return [feedKey(url), address.apply(async (known) => await fetched(input.name, { ...feed, url: known }, known))];
  });
  return { ...files, ...Object.fromEntries(read) };

  async function fetched(name: string, feed: (typeof feeds)[number], key: string): Promise<string> {
    const { feedCopies, readFeeds } = await import("@allmende/patching");
    const copies = feedCopies(place ?? process.cwd());
    const file = place === undefined ? "the program" : "windows.yaml";
    const secret = async (): Promise<string> => key;
    try {
      const { texts, notes } = await readFeeds([{ name, feeds: [feed] }], { copies, file, secret });
      for (const note of notes) void log.warn(note);
      return texts.get(key) ?? "";
    } catch (error) {
      const { message, nextStep } = error as AllmendeError;
      if (!isEmergency) throw new RunError(nextStep === undefined ? message : `${message}\n${nextStep}`);
      void log.warn(`${message}; ${name} stays closed`);
      return closed;
    }
  }
}
