import { spawn } from "@lydell/node-pty";
import headless from "@xterm/headless";
import { allmendeOfSources } from "./allmende.js";

const size = { cols: 140, rows: 60 };

/** `allmende ARGS` on a pseudo-terminal, with what somebody in front of it would see. */
export class TerminalSession {
  readonly #screen = new headless.Terminal({ ...size, scrollback: 1000, allowProposedApi: true });
  readonly #changed = new EventTarget();
  readonly #process;
  readonly exitCode: Promise<number>;

  constructor(directory: string, locale: string, ...args: readonly string[]) {
    this.#process = spawn(process.execPath, [...allmendeOfSources.args, ...args], {
      ...size,
      cwd: directory,
      env: { ...process.env, ...allmendeOfSources.environment, LC_ALL: locale, TERM: "xterm-256color", CI: "" },
    });
    this.#process.onData((data) => this.#screen.write(data, () => this.#changed.dispatchEvent(new Event("change"))));
    this.exitCode = new Promise((resolve) => this.#process.onExit(({ exitCode }) => resolve(exitCode)));
  }

  text(): string {
    const { active } = this.#screen.buffer;
    const lines = Array.from({ length: active.length }, (_, index) => active.getLine(index)?.translateToString(true));
    return lines.join("\n").trimEnd();
  }

  /** The question that waits for an answer, and what stands below it. */
  question(): string {
    return this.text().split(/^\? /m).slice(1).at(-1) ?? "";
  }

  /** Resolves once the question is as expected; then somebody types. */
  async answer(question: RegExp, keys: string): Promise<void> {
    await this.until(() => question.test(this.question()), `the question ${question}`);
    this.#process.write(keys);
  }

  async shows(text: RegExp): Promise<void> {
    await this.until(() => text.test(this.text()), String(text));
  }

  async until(isSo: () => boolean, what: string): Promise<void> {
    const tooLong = AbortSignal.timeout(60_000);
    while (!isSo()) {
      if (tooLong.aborted) throw new Error(`waited in vain for ${what} in:\n${this.text()}`);
      const changed = new AbortController();
      const either = AbortSignal.any([changed.signal, tooLong]);
      this.#changed.addEventListener("change", () => changed.abort(), { once: true });
      await new Promise((resolve) => either.addEventListener("abort", resolve, { once: true }));
    }
  }

  end(): void {
    this.#process.kill("SIGKILL");
  }
}

export const keys = { enter: "\r", down: "\x1b[B", clear: "\x15", interrupt: "\x03" } as const;
