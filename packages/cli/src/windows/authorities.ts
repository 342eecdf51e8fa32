import type { Finding, PatchWindowSpec } from "@allmende/model";

/** Authorities (`ca`) that windows name for their calendars' addresses and that are not there, or are none: a typing error must not wait for the night. */
export async function checkAuthorities(directory: string, windows: readonly PatchWindowSpec[]): Promise<Finding[]> {
  const named = windows.flatMap(({ name, feeds = [] }) =>
    feeds.flatMap(({ ca, index }) => (ca === undefined ? [] : [{ ca, path: [name, "blackouts", index, "ca"] }])),
  );
  if (named.length === 0) return [];
  const { readAuthority } = await import("@allmende/patching");
  const found = named.map(async ({ ca, path }): Promise<Finding[]> => {
    const problem = await readAuthority(ca, directory).then(
      () => undefined,
      (error: Error) => error.message,
    );
    return problem === undefined ? [] : [{ path, message: problem, file: "windows.yaml" }];
  });
  return (await Promise.all(found)).flat();
}
