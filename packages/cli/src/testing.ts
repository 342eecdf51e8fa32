import type { Context } from "./context.js";
import { exitCodes } from "./exit-codes.js";
import { stylesFor } from "./output/style.js";

/** A context that keeps what a command writes. */
export function recordingContext(): Context & { readonly written: { out: string; err: string } } {
  const written = { out: "", err: "" };
  return {
    written,
    terminal: {
      out: (text) => {
        written.out += text;
      },
      err: (text) => {
        written.err += text;
      },
      interactive: false,
      isTerminal: false,
      colors: false,
    },
    style: stylesFor(false),
    debug: false,
    signal: new AbortController().signal,
    force: new AbortController().signal,
    exitCode: exitCodes.ok,
    interruptMessage: "",
    wroteJson: false,
  };
}
