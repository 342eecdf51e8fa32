import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What is known of a copy; its digest proves that both belong together and are whole. */
export interface CopyNote {
  readonly sha256: string;
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
}

export interface Copy<Note extends CopyNote> {
  readonly note: Note;
  readonly bytes: Buffer;
}

/** A copy that is damaged, or half there, is none. `path` has no ending. */
export async function readCopy<Note extends CopyNote>(path: string): Promise<Copy<Note> | undefined> {
  try {
    const note = JSON.parse(await readFile(`${path}.json`, "utf8")) as Note;
    const bytes = await readFile(`${path}.data`);
    return digest(bytes) === note.sha256 ? { note, bytes } : undefined;
  } catch {
    return undefined;
  }
}

export async function writeCopy<Note extends CopyNote>(path: string, { note, bytes }: Copy<Note>): Promise<void> {
  await mkdir(join(path, ".."), { recursive: true });
  const next = `${path}.${randomUUID()}`;
  try {
    await writeFile(next, bytes, { mode: 0o600 });
    await rename(next, `${path}.data`);
    await writeFile(next, JSON.stringify(note), { mode: 0o600 });
    await rename(next, `${path}.json`);
  } finally {
    await rm(next, { force: true });
  }
}

export function digest(bytes: Buffer | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}
