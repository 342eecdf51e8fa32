import { StringDecoder } from "node:string_decoder";

/** Collects what a command prints, up to a limit shared by both streams. */
export class OutputCollector {
  readonly #stdout: Buffer[] = [];
  readonly #stderr: Buffer[] = [];
  readonly #maxBytes: number;
  readonly #keepStdout: boolean;
  readonly #lines: LineSplitter | undefined;
  #bytes = 0;

  constructor(maxBytes: number, keepStdout: boolean, onStdoutLine: ((line: string) => void) | undefined) {
    this.#maxBytes = maxBytes;
    this.#keepStdout = keepStdout;
    this.#lines = onStdoutLine === undefined ? undefined : new LineSplitter(onStdoutLine, maxBytes);
  }

  /** False when that was too much. */
  addStdout(chunk: Buffer): boolean {
    if (this.#keepStdout) {
      this.#stdout.push(chunk);
      this.#bytes += chunk.length;
    }
    return (this.#lines?.add(chunk) ?? true) && this.#bytes <= this.#maxBytes;
  }

  addStderr(chunk: Buffer): boolean {
    this.#stderr.push(chunk);
    this.#bytes += chunk.length;
    return this.#bytes <= this.#maxBytes;
  }

  /** Hands on a last line without an end. */
  finish(): void {
    this.#lines?.finish();
  }

  get stdout(): Buffer {
    return Buffer.concat(this.#stdout);
  }

  get stderr(): string {
    return Buffer.concat(this.#stderr).toString("utf8");
  }
}

class LineSplitter {
  readonly #decoder = new StringDecoder("utf8");
  readonly #onLine: (line: string) => void;
  readonly #maxLength: number;
  #rest = "";

  constructor(onLine: (line: string) => void, maxLength: number) {
    this.#onLine = onLine;
    this.#maxLength = maxLength;
  }

  add(chunk: Buffer): boolean {
    const lines = (this.#rest + this.#decoder.write(chunk)).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#onLine(line);
    return this.#rest.length <= this.#maxLength;
  }

  finish(): void {
    const last = this.#rest + this.#decoder.end();
    this.#rest = "";
    if (last !== "") this.#onLine(last);
  }
}
