/** Environment variable with which a command tells the stack's program which requests are held: ids, with commas. */
export const heldVariable = "ALLMENDE_HELD_REQUESTS";

export function withoutHeld(
  files: ReadonlyMap<string, string>,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ReadonlyMap<string, string> {
  const held = new Set((environment[heldVariable] ?? "").split(",").map((id) => `requests/${id}.yaml`));
  return new Map([...files].filter(([path]) => !held.has(path)));
}
