import type { LabProgress } from "./options.js";

export type Report = (event: LabProgress) => void;

/** Runs one step and reports its begin and end with the elapsed time; a failed step reports no end. */
export async function step<T>(
  report: Report,
  name: string,
  work: (info: (message: string) => void) => Promise<T>,
): Promise<T> {
  const begin = Date.now();
  report({ step: name, state: "start", elapsedMs: 0 });
  const result = await work((message) => report({ step: name, state: "info", elapsedMs: Date.now() - begin, message }));
  report({ step: name, state: "end", elapsedMs: Date.now() - begin });
  return result;
}
