/** Exit codes of every command of the bootstrap. */
export const exitCodes = {
  failed: 1,
  usage: 2,
  prerequisites: 3,
  interrupted: 130,
};

/** Something that the reader can mend: shown without a stack trace. */
export class SetupError extends Error {
  /**
   * @param {string} message
   * @param {{ exitCode?: number, nextStep?: string, output?: string }} [details]
   */
  constructor(message, details = {}) {
    super(message);
    this.name = "SetupError";
    this.exitCode = details.exitCode ?? exitCodes.failed;
    this.nextStep = details.nextStep;
    /** The end of the failed command's output. */
    this.output = details.output ?? "";
  }
}

/** Ctrl-C or SIGTERM: whoever is under way cleans up and passes it on. */
export class InterruptedError extends Error {
  /** @param {string} signal */
  constructor(signal) {
    super(`Interrupted by ${signal}.`);
    this.name = "InterruptedError";
  }
}

/**
 * Prints an error for people and returns the exit code it asks for.
 * @param {unknown} error
 */
export function reportFailure(error) {
  if (error instanceof InterruptedError) {
    console.error(`\n${error.message} Nothing is left half done; the same command continues.`);
    return exitCodes.interrupted;
  }
  if (error instanceof SetupError) {
    if (error.output !== "") console.error(error.output.trimEnd().replaceAll(/^/gm, "  | "));
    console.error(`Error: ${error.message}`);
    if (error.nextStep !== undefined) console.error(`Next: ${error.nextStep}`);
    return error.exitCode;
  }
  console.error(error);
  return exitCodes.failed;
}
