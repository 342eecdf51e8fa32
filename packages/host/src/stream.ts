import { pack } from "tar-stream";
import { accessFields } from "./manifest.js";
import type { Plan } from "./plan.js";

/**
 * What apply.sh reads after itself: its fixed helpers, the files below `files/`, the plan last.
 * A stream that ends early therefore has no plan.
 */
export async function encodeStream(plan: Plan, helpers: ReadonlyMap<string, string>): Promise<Uint8Array> {
  const tar = pack();
  for (const [name, text] of helpers) tar.entry({ name, mode: 0o600, uid: 0, gid: 0, mtime }, text);
  for (const [path, file] of plan.files) {
    const [, uid, gid] = accessFields(file);
    tar.entry({ name: `files${path}`, mode: file.mode, uid, gid, mtime }, file.content);
  }
  tar.entry({ name: "plan", mode: 0o600, uid: 0, gid: 0, mtime }, plan.text);
  tar.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of tar) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

/** The host sets its own time (tar -m): the same plan is the same bytes. */
const mtime = new Date(0);
