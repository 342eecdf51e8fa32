/** Did somebody leave a question with Ctrl-C? */
export function isInterruption(error: unknown): boolean {
  // The error classes of the library that asks are not loaded where nothing was asked.
  return error instanceof Error && ["ExitPromptError", "AbortPromptError"].includes(error.name);
}
